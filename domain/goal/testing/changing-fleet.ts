/**
 * A region whose fleet changes between any two steps: hosts join, leave, come back, fall silent, gain and lose labels, go
 * into maintenance and out, are pinned and unpinned, and poll when they like. It starts mixed: some run the base, some what
 * a hold left running, some nothing.
 */
import { hostId } from '../../names.ts';
import type { Digest, HostId, Position } from '../../names.ts';
import type { Share } from '../../spec/service-spec.ts';
import { fixBatch } from '../batch.ts';
import type { BatchDecision } from '../batch.ts';
import type { GoalRow, GoalStep, Selector } from '../goal.ts';
import { decideHost } from '../host-rule.ts';
import { belongs } from '../host-status.ts';
import type { HostStatus } from '../host-status.ts';
import { matches } from '../selection.ts';
import type { HostDecision, HostMemory } from '../verified-goal.ts';
import { advance, attempt, begin, digestOfRelease, finish, hold, host, memory, outcome, position } from './given.ts';
import { release, resume, rolling, verified, written } from './given.ts';

export const absentAfterMs = 5_000;
export const [older, base, kept, next] = ['e', 'a', 'b', 'c'].map(digestOfRelease) as [Digest, Digest, Digest, Digest];
const of = attempt(3);
/** Every host that `next` is for; the base is for all. */
const selector: Selector = { role: 'web' };

export type FleetCommand =
  | { readonly do: 'join'; readonly at: string; readonly runs: 'base' | 'kept' | 'nothing' }
  | { readonly do: 'batch'; readonly share: Share }
  | { readonly do: 'hold and resume' }
  | {
      readonly do: 'leave' | 'come back' | 'fall silent' | 'speak' | 'move away' | 'move in' | 'pin' | 'unpin';
      readonly which: number;
    }
  | { readonly do: 'maintain' | 'end maintenance' | 'poll'; readonly which: number };

export interface FleetHost {
  readonly host: HostId;
  readonly position: Position;
  readonly snapshotted: boolean;
  known: boolean;
  heard: boolean;
  labels: Selector;
  maintenance: boolean;
  memory: HostMemory;
}

export interface Fleet {
  row: GoalRow;
  batches: number;
  controlRevision: number;
  readonly hosts: FleetHost[];
  /** As the region's records named them when the deployment began. */
  readonly canaries: ReadonlySet<HostId>;
}

export interface BegunBatch {
  readonly share: Share;
  readonly before: GoalRow;
  readonly decision: BatchDecision;
  /** Hosts as they were when it began. */
  readonly statuses: readonly HostStatus[];
}

/** Told of each batch, and of what each host decided. */
export interface FleetWatcher {
  batch(begun: BegunBatch, fleet: Fleet): void;
  decided(host: FleetHost, before: Digest | null, decision: HostDecision, fleet: Fleet): void;
}

type Joins = Extract<FleetCommand, { do: 'join' }>;

/** Deployment 2 was held and left `kept` running; deployment 3 brings `next` over it. */
export function newFleet(first: readonly Joins[], canaries: ReadonlySet<HostId>): Fleet {
  const outcomes = [outcome(2, 'held')];
  const row = written(rolling('8'), { ...begin(of, release('c', selector), outcomes), canaries: [...canaries] });
  const fleet: Fleet = { row, batches: 0, controlRevision: 0, hosts: [], canaries };
  for (const each of first) join(fleet, each, true);
  return fleet;
}

export function run(fleet: Fleet, command: FleetCommand, watch: FleetWatcher): void {
  switch (command.do) {
    case 'join':
      return join(fleet, command, false);
    case 'batch':
      return batch(fleet, command.share, watch);
    case 'hold and resume':
      return holdAndResume(fleet);
    default: {
      const one = fleet.hosts[command.which % Math.max(1, fleet.hosts.length)];
      if (one === undefined) return;
      return command.do === 'poll' ? poll(fleet, one, watch) : changed(one, command.do);
    }
  }
}

/** Two hosts never stand at one place: it is a hash. */
function join({ hosts }: Fleet, { at, runs }: Joins, snapshotted: boolean): void {
  if (hosts.some((one) => one.position === position(at))) return;
  const running = { base, kept, nothing: null }[runs];
  const name = hostId(`h${at}`);
  hosts.push({
    host: name,
    position: position(at),
    snapshotted,
    known: true,
    heard: true,
    labels: selector,
    maintenance: false,
    memory: memory({ host: name, running, onDisk: running === null ? [] : [running] }),
  });
}

function changed(one: FleetHost, what: Exclude<Extract<FleetCommand, { which: number }>['do'], 'poll'>): void {
  if (what === 'leave' || what === 'come back') one.known = what === 'come back';
  if (what === 'fall silent' || what === 'speak') one.heard = what === 'speak';
  if (what === 'move away' || what === 'move in') one.labels = what === 'move in' ? selector : { role: 'db' };
  if (what === 'maintain' || what === 'end maintenance') one.maintenance = what === 'maintain';
  if (what === 'pin' || what === 'unpin') one.memory = { ...one.memory, pin: what === 'pin' ? older : null };
}

const holdAndResume = (fleet: Fleet): void => {
  write(fleet, hold(of, fleet.controlRevision));
  fleet.controlRevision += 1;
  write(fleet, resume(of, fleet.controlRevision));
};

function batch(fleet: Fleet, share: Share, watch: FleetWatcher): void {
  const before = fleet.row;
  const statuses = statusesOf(fleet);
  const decision = fixBatch(statuses, { share, absentAfterMs, ...before });
  if (decision.outcome === 'fixed') {
    fleet.batches += 1;
    const step = advance(of, before.generation, fleet.batches, decision.cut);
    write(fleet, { ...step, canaries: decision.canaries });
  }
  watch.batch({ share, before, decision, statuses }, fleet);
}

/** What the region knows: nothing of who has left. */
export const statusesOf = ({ hosts }: Fleet): readonly HostStatus[] =>
  hosts
    .filter(({ known }) => known)
    .map((one) =>
      host(one.host, one.position, {
        running: one.memory.running,
        pinned: one.memory.pin !== null,
        maintenance: one.maintenance,
        reportAgeMs: one.heard ? 0 : absentAfterMs,
        selected: selectedIn(one),
        snapshotted: one.snapshotted,
      }),
    )
    .filter(belongs);

/** The base is for all hosts, so that who moves away from `next` keeps the service. */
const selectedIn = ({ labels }: FleetHost) => ({ base: true, next: matches(selector, labels) });

/** The host does all that its goal asks, at once. */
export function poll(fleet: Fleet, one: FleetHost, watch: FleetWatcher): void {
  if (!one.known) return;
  const goal = verified(fleet.row, {
    position: one.position,
    selected: selectedIn(one),
    ...(one.maintenance && { maintenance: true as const }),
  });
  const decision = decideHost(goal, one.memory);
  const before = one.memory.running;
  if (decision.do !== 'ignore') {
    const { attempt: at, generation } = fleet.row;
    const running = decision.do === 'stop' ? null : decision.release;
    const onDisk = [...new Set([...one.memory.onDisk, ...decision.fetch])];
    one.memory = {
      ...one.memory,
      running,
      onDisk,
      floor: { attempt: at, generation, contentDigest: goal.contentDigest },
    };
  }
  watch.decided(one, before, decision, fleet);
}

export const finished = (fleet: Fleet): void => write(fleet, finish(of, fleet.row.generation));

function write(fleet: Fleet, step: GoalStep): void {
  fleet.row = written(fleet.row, step);
}
