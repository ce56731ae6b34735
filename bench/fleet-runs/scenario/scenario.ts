import type { HostId } from '../../../domain/names.ts';

/** One run: the second deployment of a service of its own, to hosts that all run its first release. */
export interface FleetRun {
  readonly seed: number;
  /** Counts from 1. */
  readonly number: number;
  readonly service: string;
  /** `bad-on-some`: on those hosts that are `badHere`. */
  readonly release: 'good' | 'bad-everywhere' | 'bad-on-some';
  /** As in slipway.yaml: `1`, `50%`. */
  readonly batches: readonly Batch[];
  readonly budgetPercent: number;
  readonly bakeMs: number;
  readonly act: PersonAct | null;
  /** In the order in which the deployment comes to them. */
  readonly hosts: readonly RunHost[];
}

export type Batch = number | `${number}%`;

/** What a person does, so long after that batch began; nothing if it never begins. */
export interface PersonAct {
  readonly verb: 'abort' | 'region-rollback';
  readonly batch: number;
  readonly afterMs: number;
}

export interface RunHost {
  readonly host: HostId;
  /** The release that comes is not well here. */
  readonly badHere: boolean;
  readonly way: Way;
}

export type Way =
  | { readonly kind: 'steady' }
  /** Hears of each goal so late, and takes so long to change over, once the deployment has begun. */
  | { readonly kind: 'slow'; readonly hearsMs: number; readonly switchMs: number }
  | { readonly kind: 'liar'; readonly lie: Lie }
  /** Its sockets are closed and nothing of it is heard in between. */
  | {
      readonly kind: 'away';
      /** `start`: it was away long since. */
      readonly from: Moment | 'start';
      /** `end`: once the deployment has ended; `never`: for good. */
      readonly until: Moment | 'end' | 'never';
      readonly memory: Memory;
    };

/** What a host that comes back remembers: all, nothing, or another life with a release that nobody knows any more. */
export type Memory = 'kept' | 'lost' | 'old-release';

/** So long after something was seen. */
export type Moment =
  /** The first host has heard of the deployment; the first has heard of that batch; this host may switch; has it healthy; has left. */
  | { readonly on: 'begun' | 'told' | 'healthy' | 'left'; readonly afterMs: number }
  | { readonly on: 'batch'; readonly batch: number; readonly afterMs: number };

export const lies = [
  /** Its check finds everything well. */
  'healthy-though-bad',
  /** Says it is unhealthy, from when the deployment begins. */
  'unhealthy-though-fine',
  /** The same, every other time. */
  'flips',
  /** Does nothing, and says that it has done what the goal wants. */
  'done-though-idle',
  /** Does all, and says that it runs what it ran before. */
  'old-release-though-new',
  /** Says that it runs something that nobody knows. */
  'unknown-release',
  /** Says all with the attempt and the generation of the deployment before. */
  'old-attempt',
  /** Says that the release failed here before it ever had it. */
  'refused-unseen',
] as const;
export type Lie = (typeof lies)[number];

/**
 * In each run's spec. Runs wait for silent hosts, so it is short; and not so short that a host is silent because this machine
 * has no time for it. Three reports fit into it.
 */
export const absentAfterMs = 30_000;
/** What is not healthy by then is lost. */
export const batchTimeoutMs = 40_000;
export const undoDeadlineMs = 45_000;

export function runText({ number, release, batches, budgetPercent, act, hosts }: FleetRun): string {
  const count = (is: (host: RunHost) => boolean): number => hosts.filter(is).length;
  const bad = release === 'bad-on-some' ? `bad on ${count(({ badHere }) => badHere)}` : release;
  const person = act === null ? '' : `, ${act.verb} in batch ${act.batch}`;
  const odd = hosts.flatMap(({ way }, at) => (way.kind === 'steady' ? [] : [`#${at + 1} ${wayText(way)}`]));
  return `run ${number}: ${bad}, [${batches.join(', ')}], budget ${budgetPercent} %${person}; ${odd.join('; ')}`;
}

function wayText(way: Exclude<Way, { kind: 'steady' }>): string {
  switch (way.kind) {
    case 'slow':
      return `slow (${way.hearsMs} + ${way.switchMs} ms)`;
    case 'liar':
      return way.lie;
    case 'away': {
      const { from, until, memory } = way;
      return `away from ${momentText(from)} until ${momentText(until)}${memory === 'kept' ? '' : ` (${memory})`}`;
    }
  }
}

const momentText = (moment: Moment | string): string =>
  typeof moment === 'string'
    ? moment
    : `${moment.on}${moment.on === 'batch' ? ` ${moment.batch}` : ''}+${moment.afterMs}`;
