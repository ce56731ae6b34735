import { isDeepStrictEqual } from 'node:util';
import { askedAnew, type AskedAnew, type DecidingContent, type OrderedGoal } from '../../../domain/goal/asked-anew.ts';
import { inBatch } from '../../../domain/goal/batch-order.ts';
import type { Placement, Selector } from '../../../domain/goal/goal.ts';
import { reportEveryMs } from '../../../domain/goal/report-interval.ts';
import { isPlaced } from '../../../domain/goal/selection.ts';
import type { Digest, HostId, ServiceName } from '../../../domain/names.ts';
import type { Envelope } from '../../../protocol/dsse.ts';
import type { OfferedGoal, OfferedIndex, PollRequest } from '../../../protocol/gateway.ts';
import { goalTree, type GoalProof, type IndexedGoal } from '../../../protocol/goal-index.ts';
import { positionOf } from '../../../protocol/position.ts';
import type { KnownHost } from '../host-identity.ts';
import { indexWords, type IndexWords } from './index-words.ts';

/** A goal as hosts are given it, with what decides whom it concerns and how often they report. */
export interface ServedGoal {
  readonly offer: OfferedGoal;
  readonly content: DecidingContent;
  readonly absentAfterMs: number;
}

/**
 * When a host that waits hears of a change: `first` who may run what is coming, since it has more to do than others; `soon`,
 * when there is time, who is to bring it to disk; `later`, when its poll is over, who is asked for nothing by it.
 */
export type Turn = 'first' | 'next' | 'soon' | 'later';

export interface GoalChange {
  readonly service: ServiceName;
  readonly turnOf: (host: HostId) => Turn;
}

/** All goals of the region and the index over them, as of one moment. */
export interface BoardGoals {
  /** The database may be an older one: nothing is served from it. */
  readonly isClosed?: boolean;
  /** `null` until the region's worker has signed one. */
  readonly index: Envelope | null;
  /** `served` is null for a goal that the board has already. */
  readonly goals: readonly (IndexedGoal & { readonly served: ServedGoal | null })[];
}

export interface GoalSource {
  readGoals(known: ReadonlySet<Digest>): Promise<BoardGoals>;
}

/** Who asks: whom goals concern, and what it has already. */
export interface Asker {
  readonly labels: Selector;
  /** Services that it reports or knows: it hears of those wherever they are placed. */
  readonly named: ReadonlySet<ServiceName>;
  readonly etags: ReadonlyMap<ServiceName, Digest>;
}

export const askerOf = ({ labels, reports }: KnownHost, known: PollRequest['known']): Asker => ({
  labels,
  named: new Set([...reports, ...known.map(({ service }) => service)]),
  etags: new Map(known.map(({ service, etag }) => [service, etag])),
});

/** The region's goals as they were last read. */
export interface GoalBoard {
  /** Reads what has changed. Calls must not overlap. @returns what is another goal now */
  refresh(): Promise<readonly GoalChange[]>;
  /** Whether goals were ever read. */
  isLoaded(): boolean;
  /** While the database may be an older one: hosts are offered nothing, and asked for what they hold. */
  isClosed(): boolean;
  size(): number;
  /** Goals, or the one goal, that concern the asker and aren't what it has. */
  offersFor(asker: Asker, service?: ServiceName | null): readonly OfferedGoal[];
  /** The index, and its proofs of all goals that concern the asker; null until there is one. */
  indexFor(asker: Asker): OfferedIndex | null;
  /** Of the index that is offered; null while none is. */
  newestIndex(): IndexWords | null;
  reportEveryMs(asker: Asker): number;
  /** Of what stays and of what comes; empty when there is no goal. */
  placementsOf(service: ServiceName): readonly (Placement | null)[];
}

export function createGoalBoard(source: GoalSource): GoalBoard {
  let goals: ReadonlyMap<ServiceName, ServedGoal> = new Map();
  let index: Envelope | null = null;
  let newest: IndexWords | null = null;
  let proofOf: (service: ServiceName) => GoalProof | null = () => null;
  let selected = selections([]);
  let loaded = false;
  let closed = false;

  async function refresh(): Promise<readonly GoalChange[]> {
    const before = goals;
    const read = await source.readGoals(new Set([...goals.values()].map(({ offer }) => offer.etag)));
    goals = new Map(read.goals.map(({ service, served }) => [service, served ?? goals.get(service)!]));
    selected = selections([...goals.values()]);
    index = read.index;
    newest = index && indexWords(index);
    closed = read.isClosed === true;
    proofOf = remembered(goalTree(read.goals).proofOf);
    loaded = true;
    return read.goals.flatMap(({ service, served }) =>
      served === null ? [] : [{ service, turnOf: turns(served, before.get(service)) }],
    );
  }
  function concerning(asker: Asker, service: ServiceName | null): ServedGoal[] {
    const chosen = selected(asker);
    if (service === null) {
      const named = [...asker.named].flatMap((name) => goals.get(name) ?? []).filter((goal) => !chosen.has(goal));
      return [...chosen, ...named];
    }
    const one = goals.get(service);
    return one !== undefined && (asker.named.has(service) || chosen.has(one)) ? [one] : [];
  }
  return {
    refresh,
    isLoaded: () => loaded,
    isClosed: () => closed,
    size: () => goals.size,
    offersFor: (asker, service = null) =>
      concerning(asker, service)
        .map(({ offer }) => offer)
        .filter((offer) => asker.etags.get(offer.service) !== offer.etag),
    indexFor: (asker) =>
      index && { index, proofs: concerning(asker, null).flatMap(({ offer }) => proofOf(offer.service) ?? []) },
    newestIndex: () => newest,
    reportEveryMs: (asker) => reportEveryMs(concerning(asker, null)),
    placementsOf(service) {
      const goal = goals.get(service);
      return goal === undefined ? [] : [goal.content.base, goal.content.next];
    },
  };
}

/** Of a goal that was another one before, or none. */
function turns(now: ServedGoal, before: ServedGoal | undefined): (host: HostId) => Turn {
  const isTold = isToldToAll(now, before);
  return (host) => {
    const asked = isTold ? 'now' : whatIsAsked(host, now, before);
    if (asked !== 'now') return asked === 'ahead' ? 'soon' : 'later';
    return inBatch(now.content, { host, position: orderedFor(host, now).position }) ? 'first' : 'next';
  };
}

/** What no row says: how often they report, what admits the release that they know of, who signed. */
function isToldToAll(now: ServedGoal, before: ServedGoal | undefined): boolean {
  if (before === undefined) return reportEveryMs([now]) !== reportEveryMs([]);
  if (reportEveryMs([now]) !== reportEveryMs([before])) return true;
  const isSameNext = isDeepStrictEqual(before.content.next, now.content.next);
  if (isSameNext && !isDeepStrictEqual(before.offer.admissions, now.offer.admissions)) return true;
  return !isDeepStrictEqual(signersOf(before), signersOf(now));
}

const signersOf = ({ offer }: ServedGoal): readonly string[] => offer.goal.signatures.map(({ keyid }) => keyid);

const whatIsAsked = (host: HostId, now: ServedGoal, before: ServedGoal | undefined): AskedAnew =>
  askedAnew(host, before === undefined ? null : orderedFor(host, before), orderedFor(host, now));

const orderedFor = (host: HostId, { offer: { service }, content }: ServedGoal): OrderedGoal => ({
  goal: content,
  position: positionOf(service, content.attempt.deployment, host),
});

/** Thousands of hosts ask for the same few proofs. */
function remembered(prove: (service: ServiceName) => GoalProof | null): (service: ServiceName) => GoalProof | null {
  const known = new Map<ServiceName, GoalProof | null>();
  return (service) => {
    const proof = known.get(service) ?? prove(service);
    known.set(service, proof);
    return proof;
  };
}

/** Thousands of hosts have the same few sets of labels. */
function selections(goals: readonly ServedGoal[]): (asker: Asker) => ReadonlySet<ServedGoal> {
  const known = new Map<string, ReadonlySet<ServedGoal>>();
  return (asker) => {
    const key = JSON.stringify(Object.entries(asker.labels).toSorted(([a], [b]) => (a < b ? -1 : 1)));
    const chosen = known.get(key) ?? new Set(goals.filter((goal) => selects(goal, asker)));
    known.set(key, chosen);
    return chosen;
  };
}

/** A host that a placement selects; the others hear of a goal only while they run something of the service. */
const selects = ({ content: { base, next } }: ServedGoal, { labels }: Asker): boolean => isPlaced([base, next], labels);
