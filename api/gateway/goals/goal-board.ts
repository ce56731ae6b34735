import type { GoalMode, Placement, Selector } from '../../../domain/goal/goal.ts';
import { reportEveryMs } from '../../../domain/goal/report-interval.ts';
import { matches } from '../../../domain/goal/selection.ts';
import type { Digest, ServiceName } from '../../../domain/names.ts';
import type { OfferedGoal, PollRequest } from '../../../protocol/gateway.ts';
import type { KnownHost } from '../host-identity.ts';

/** A goal as hosts are given it, with what decides whom it concerns and how often they report. */
export interface ServedGoal {
  readonly offer: OfferedGoal;
  readonly mode: GoalMode;
  readonly base: Placement | null;
  readonly next: Placement | null;
  readonly absentAfterMs: number;
}

export interface GoalSource {
  /** All goals of the region, or that of one service. */
  readGoals(service: ServiceName | null): Promise<readonly ServedGoal[]>;
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
  /** Reads one goal again, or with `null` all of them. In the order of the calls: what was read last is the newest. */
  refresh(service: ServiceName | null): Promise<void>;
  /** Whether all goals were ever read. */
  isLoaded(): boolean;
  size(): number;
  /** Goals, or the one goal, that concern the asker and aren't what it has. */
  offersFor(asker: Asker, service?: ServiceName | null): readonly OfferedGoal[];
  reportEveryMs(asker: Asker): number;
}

export function createGoalBoard(source: GoalSource): GoalBoard {
  let goals: ReadonlyMap<ServiceName, ServedGoal> = new Map();
  let loaded = false;
  let lastRead: Promise<void> = Promise.resolve();

  async function read(service: ServiceName | null): Promise<void> {
    const found = (await source.readGoals(service)).map((goal) => [goal.offer.service, goal] as const);
    goals = new Map(service === null ? found : [...goals, ...found]);
    loaded ||= service === null;
  }
  function concerning(asker: Asker, service: ServiceName | null): ServedGoal[] {
    const one = service === null ? undefined : goals.get(service);
    const candidates = service === null ? [...goals.values()] : one === undefined ? [] : [one];
    return candidates.filter((goal) => asker.named.has(goal.offer.service) || selects(goal, asker));
  }
  return {
    refresh(service) {
      lastRead = lastRead.catch(() => undefined).then(() => read(service));
      return lastRead;
    },
    isLoaded: () => loaded,
    size: () => goals.size,
    offersFor: (asker, service = null) =>
      concerning(asker, service)
        .map(({ offer }) => offer)
        .filter((offer) => asker.etags.get(offer.service) !== offer.etag),
    reportEveryMs: (asker) => reportEveryMs(concerning(asker, null)),
  };
}

/** A host that a placement selects; the others hear of a goal only while they run something of the service. */
const selects = ({ base, next }: ServedGoal, { labels }: Asker): boolean =>
  [base, next].some((placement) => placement !== null && matches(placement.selector, labels));
