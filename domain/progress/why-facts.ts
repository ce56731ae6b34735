import type { NotUndone } from '../deployment/ending.ts';
import type { LaneLock } from '../lane/lane.ts';
import type { DeploymentNumber, RegionName, ReleaseNumber, ServiceName } from '../names.ts';
import type { DeploymentOutcome, DeploymentState } from '../states.ts';
import { named } from './plain-text.ts';
import type { OfferedVerb } from './offered-verbs.ts';
import type { StagedRegion } from './stages.ts';
import type { WaitKind } from './waiting.ts';

/** Why something is where it is, and what ends that; the same words on pages, in commands and in messages. */
export interface Why {
  /** One sentence. */
  readonly cause: string;
  /** RFC 3339, UTC. */
  readonly since: string;
  readonly next: NextStep;
  /** A person must do something before it goes on. */
  readonly needsSomeone: boolean;
}

export interface NextStep {
  readonly text: string;
  /** Ready to be pasted; `null` when nothing is to be done. */
  readonly command: string | null;
  readonly verb: OfferedVerb | null;
}

/** How many have agreed to what people are asked. */
export interface ShownApprovals {
  readonly given: number;
  readonly wanted: number;
  /** Of which stage they are; left out where they are of the release. */
  readonly stage?: string | undefined;
  /** Whose count; an earlier version doesn't say. */
  readonly by?: readonly string[] | undefined;
  /** Who goes past them, while others have to as well; left out for nobody. */
  readonly brokenBy?: readonly string[] | undefined;
}

/** What is stored of a deployment, and of its lane. */
export interface DeploymentFacts {
  readonly service: ServiceName;
  readonly number: DeploymentNumber;
  readonly release: ReleaseNumber;
  readonly state: DeploymentState;
  readonly outcome: DeploymentOutcome | null;
  readonly stage: string | null;
  /** All of its stages in their order; empty while they are not known. */
  readonly stages: readonly string[];
  readonly paused: boolean;
  readonly held: boolean;
  readonly waiting: string | null;
  /** `null` also for a wait that an earlier version recorded. */
  readonly waitingFor: WaitKind | null;
  readonly reason: string | null;
  readonly pending: readonly RegionName[];
  readonly regions: readonly StagedRegion[];
  readonly approvals: ShownApprovals | null;
  readonly pointOfNoReturn: boolean;
  /** When it came into its state; RFC 3339, UTC. */
  readonly since: string;
  /** Of its lane, now. */
  readonly lock: LaneLock | null;
  /** The version that it began on and that no control worker runs; left out or `null` while one does. */
  readonly noWorkerOf?: string | null;
  /** What its undo has left for a person. */
  readonly notUndone?: readonly NotUndone[];
  /** No later deployment of the service has changed anything: what this one left behind is how things are. */
  readonly isNewest: boolean;
}

export const nothingNeeded = 'Nothing needs you.';

/** Of regions that still run what was to be undone. */
export const lookAfterStep = (service: ServiceName, regions: readonly RegionName[]): NextStep => ({
  text: `Look after ${named(regions)}: ${regions.length === 1 ? 'it is' : 'each is'} undone when it answers.`,
  command: `slipway status ${service}`,
  verb: null,
});

export const unlockStep = (service: ServiceName, text: string): NextStep => ({
  text,
  command: `slipway unlock ${service} --reason …`,
  verb: 'unlock',
});
