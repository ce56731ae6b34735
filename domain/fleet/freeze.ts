import type { Recurrence } from '../calendar/recurrence.ts';
import type { RegionName, ServiceName } from '../names.ts';

/** What becomes of a deployment in progress: it goes on to its end, starts no more batches, or is undone. */
export const freezePolicies = ['finish', 'hold', 'undo'] as const;
export type FreezePolicy = (typeof freezePolicies)[number];

/** `stop-the-line`: everything, from now until somebody starts it again. */
export const freezeKinds = ['freeze', 'stop-the-line'] as const;
export type FreezeKind = (typeof freezeKinds)[number];

/** An empty list stands for all. */
export interface FreezeScope {
  readonly services: readonly ServiceName[];
  readonly regions: readonly RegionName[];
}

/** On record, whether it is in effect now or not. */
export interface Freeze {
  readonly freeze: number;
  readonly kind: FreezeKind;
  readonly owner: string;
  readonly reason: string;
  readonly policy: FreezePolicy;
  readonly scope: FreezeScope;
  readonly when: Recurrence;
}

/** One that is in effect. Times are RFC 3339, UTC. */
export interface FreezeInEffect {
  readonly freeze: number;
  readonly kind: FreezeKind;
  readonly owner: string;
  readonly reason: string;
  readonly policy: FreezePolicy;
  readonly since: string;
  /** `null`: until somebody ends it. */
  readonly until: string | null;
}

export interface Touched {
  readonly service: ServiceName;
  /** Every region that it goes to. */
  readonly regions: readonly RegionName[];
}

/** Whether a deployment of this service to these regions is meant. One that would touch a single frozen region is. */
export const covers = ({ services, regions }: FreezeScope, touched: Touched): boolean =>
  (services.length === 0 || services.includes(touched.service)) &&
  (regions.length === 0 || regions.some((region) => touched.regions.includes(region)));

/** The one that says most comes first: what undoes before what holds, and of those alike the one that lasts longest. */
export const strictestFirst = <F extends Pick<FreezeInEffect, 'policy' | 'until'>>(freezes: readonly F[]): F[] =>
  freezes.toSorted((a, b) => freezePolicies.indexOf(b.policy) - freezePolicies.indexOf(a.policy) || lastFirst(a, b));

/** Whether it does more than the other: undoes what that only holds, or is in effect when that is over. */
export const saysMore = (
  asked: Pick<FreezeInEffect, 'policy' | 'until'>,
  other: Pick<FreezeInEffect, 'policy' | 'until'>,
): boolean =>
  freezePolicies.indexOf(asked.policy) > freezePolicies.indexOf(other.policy) || endsLater(asked.until, other.until);

const endsLater = (until: string | null, other: string | null): boolean =>
  other !== null && (until === null || Date.parse(until) > Date.parse(other));

/** The one that is waited for: without it the others would be over. */
export const lastToEnd = <F extends Pick<FreezeInEffect, 'until'>>(freezes: readonly F[]): F | undefined =>
  freezes.toSorted(lastFirst)[0];

function lastFirst(a: Pick<FreezeInEffect, 'until'>, b: Pick<FreezeInEffect, 'until'>): number {
  if (a.until === b.until) return 0;
  if (a.until === null || b.until === null) return a.until === null ? -1 : 1;
  return a.until < b.until ? 1 : -1;
}
