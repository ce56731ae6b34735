import type { RegionName, ServiceName } from '../names.ts';
import type { Budget, RollbackPolicy, Share } from '../spec/service-spec.ts';

/** What a simulation needs of a plan. */
export interface SimulatedPlan {
  readonly service: ServiceName;
  readonly stages: readonly SimulatedStage[];
  readonly budget: Budget;
  readonly batchTimeoutMs: number;
  readonly absentAfterMs: number;
  readonly undoDeadlineMs: number;
  readonly rollback: Pick<RollbackPolicy, 'automatic'>;
  readonly host: HostTimes;
}

export interface SimulatedStage {
  readonly name: string;
  readonly regions: readonly { readonly region: RegionName; readonly hosts: number }[];
  readonly batches: readonly Share[];
  readonly bakeMs: number;
}

/** How long a host takes on average. */
export interface HostTimes {
  readonly fetchMs: number;
  /** From the switch until it counts as healthy. */
  readonly startMs: number;
  /** From the switch until a start has failed. */
  readonly failMs: number;
}

/** What goes wrong in it. */
export interface SimulatedFaults {
  /** Draws hosts and times: the same seed gives the same timeline. */
  readonly seed: number;
  /** Of all hosts, percent: the release fails there. */
  readonly failPercent: number;
  /** Of all hosts, percent: they fall silent when they are told to switch. */
  readonly losePercent: number;
  /** How many times longer a host takes there. */
  readonly slow: ReadonlyMap<RegionName, number>;
  /** Cut off from the centre when its first batch has been allowed, for so long, in ms. */
  readonly cutOff: ReadonlyMap<RegionName, number>;
  /** So long after its first batch, in ms, no instance there is well any more, whatever it runs. */
  readonly badWorld: ReadonlyMap<RegionName, number>;
}

export interface TimelineEntry {
  readonly atMs: number;
  /** `null` of the whole deployment. */
  readonly region: RegionName | null;
  readonly text: string;
}

export interface Simulation {
  /** `waiting`: it goes on by itself, once somebody changes what it waits for. */
  readonly outcome: 'succeeded' | 'undone' | 'held' | 'waiting';
  /** One sentence. */
  readonly reason: string;
  readonly tookMs: number;
  readonly entries: readonly TimelineEntry[];
  /** Hosts that were told to switch, and those of them that failed or were lost. */
  readonly switched: number;
  readonly failed: number;
  readonly lost: number;
  /** Regions where something was still owed at the end. */
  readonly pending: readonly RegionName[];
}
