import type { LeftCounts } from '../../domain/goal/left-counts.ts';
import { ApplicationFailure } from '@temporalio/common';
import type {
  BatchCounts,
  BatchResult,
  Fenced,
  HostList,
  Ruling,
  UndoneRegion,
  Written,
} from '../../activities/goals/contract.ts';
import type { Attempt } from '../../domain/goal/attempt.ts';
import { decideStep } from '../../domain/goal/fencing.ts';
import type { GoalRow, GoalStep, StepAnswer } from '../../domain/goal/goal.ts';
import type { Generation, Position, RegionName, ServiceName } from '../../domain/names.ts';
import { digest, hostId } from '../../domain/names.ts';
import type { Gate } from './gate.ts';
import { createGate } from './gate.ts';

/** A fault that heals, and is no news in the log. */
export const benignFault = (message: string): ApplicationFailure =>
  ApplicationFailure.create({ message, type: 'away', category: 'BENIGN' });

/** A fault that another attempt can't cure. */
export const terminalFault = (message: string): ApplicationFailure =>
  ApplicationFailure.create({ message, type: 'broken', nonRetryable: true, category: 'BENIGN' });

/** What the judge says of a batch, or of the bake (`batch` 0). */
export type Verdict = Extract<BatchResult, { readonly counts: BatchCounts }>['outcome'];

/** One service in one region: a goal row, and what a test scripts. */
export interface RegionWorld {
  readonly region: RegionName;
  row: GoalRow | null;
  /** Nothing answers: every activity of the region throws a fault that heals. */
  away: boolean;
  /** Hosts that report; without any, no batch can start. */
  hosts: number;
  pinned: boolean;
  /** Why each batch lasts, as its hosts say to those who ask for it. */
  lasts: string | null;
  /** Hosts that an undo leaves. */
  left: LeftCounts | null;
  /** Hosts that a batch goes on without. */
  missing: Partial<Record<'absent' | 'pinned' | 'maintenance' | 'failed' | 'lost', readonly string[]>>;
  judge: (batch: number) => Verdict;
  /** What was found to have failed before a batch begins; `null` for nothing. */
  judgeNext: (batch: number) => Exclude<Verdict, 'advance'> | null;
  /** Ids of steps and watches that ran, in order. */
  readonly ran: string[];
  /** The gate of a step or watch, made by who asks first. */
  gate(id: string): Gate;
  /** Passes the gate if the test made one, which then is gone. Answers whether there was one. */
  passOnce(id: string): Promise<boolean>;
  /** Passes the gate if the test made one; throws while the region is away. */
  enter(id: string): Promise<void>;
}

export function createRegionWorld(region: RegionName): RegionWorld {
  const gates = new Map<string, Gate>();
  const world: RegionWorld = {
    region,
    row: null,
    away: false,
    hosts: 4,
    pinned: false,
    lasts: null,
    left: null,
    missing: {},
    judge: () => 'advance',
    judgeNext: () => null,
    ran: [],
    gate: (id) => {
      const gate = gates.get(id) ?? createGate();
      gates.set(id, gate);
      return gate;
    },
    enter: async (id) => {
      if (world.away) throw benignFault(`${region} is away`);
      world.ran.push(id);
      await gates.get(id)?.pass();
    },
    passOnce: async (id) => {
      const gate = gates.get(id);
      await gate?.pass();
      return gates.delete(id);
    },
  };
  return world;
}

export const noHosts: HostList = { count: 0, hosts: [] };

/** At most twenty names, as the activities list them. */
export const missingIn = ({ missing }: RegionWorld, why: keyof RegionWorld['missing']): HostList => {
  const hosts = (missing[why] ?? []).map(hostId);
  return { count: hosts.length, hosts: hosts.slice(0, 20) };
};

/** Where batch `n` cuts the hosts' order. */
export const cutOf = (batch: number): Position => String(batch).padStart(16, '0') as Position;

export const snapshot = { digest: digest(`sha256:${'5'.repeat(64)}`), hosts: 4 };

export type Control = { readonly service: ServiceName; readonly attempt: Attempt };

/** Applies a step by the protocol's own rules. */
export function applyStep(world: RegionWorld, service: ServiceName, step: GoalStep): Written | Fenced {
  const floors = { centre: 0, hosts: 0, nowMs: (world.row?.generation ?? 0) + 1 } as const;
  const decision = decideStep(world.row, step, floors, { service, region: world.region });
  if (decision.outcome === 'fenced') return fencedBy(world, decision.reason);
  if (decision.outcome === 'written') world.row = decision.row;
  return { outcome: 'written', answer: decision.answer };
}

export function fencedBy({ row }: RegionWorld, reason: string): Fenced {
  if (row === null) return { outcome: 'fenced', reason, row: null };
  const { attempt, generation, mode } = row;
  return { outcome: 'fenced', reason, row: { attempt, generation, mode } };
}

/** What a watch sees: fenced as soon as the goal isn't the watched one any more. */
export function seen(
  world: RegionWorld,
  generation: Generation,
  mode: GoalRow['mode'],
  attempt: Attempt,
): Fenced | null {
  const { row } = world;
  const same = row?.generation === generation && row.mode === mode && row.attempt.local === attempt.local;
  return same && row.attempt.deployment === attempt.deployment ? null : fencedBy(world, 'the goal was written since');
}

export const judged = (world: RegionWorld, batch: number, answer: StepAnswer | null): BatchResult => {
  const outcome = world.judge(batch);
  return { ...saidOf(world, batch, outcome, answer), outcome };
};

export function saidOf(
  world: RegionWorld,
  batch: number,
  outcome: Verdict,
  answer: StepAnswer | null,
): Omit<Ruling, 'outcome'> {
  const switched = answer?.cut === null ? 0 : Math.min(world.hosts, Math.max(batch, 1));
  const bad = outcome === 'advance' ? 0 : 1;
  return {
    reason: outcome === 'advance' ? `batch ${batch} is healthy` : '/healthz answered 500',
    counts: { switched, healthy: switched - bad, failed: bad, lost: 0, pending: 0 },
    failed: bad === 0 ? missingIn(world, 'failed') : { count: 1, hosts: [hostId(`${world.region}-1`)] },
    lost: missingIn(world, 'lost'),
    pinned: missingIn(world, 'pinned'),
    maintenance: missingIn(world, 'maintenance'),
  };
}

export const undone: UndoneRegion = {
  outcome: 'undone',
  hosts: 4,
  unreachable: noHosts,
  pinned: noHosts,
  refusing: noHosts,
};

/** Somebody acts inside the region, where the centre can't be asked: the local count goes up. */
export function actLocally(world: RegionWorld, mode: 'hold' | 'undo'): void {
  const { row } = world;
  if (row === null) throw new Error(`${world.region} has not begun`);
  const attempt = { ...row.attempt, local: row.attempt.local + 1 };
  world.row = { ...row, attempt, mode, generation: (row.generation + 1) as Generation };
}
