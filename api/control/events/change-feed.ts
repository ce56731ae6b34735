import type { Logger } from 'pino';
import type { RegionName } from '../../../domain/names.ts';
import type { ServiceHosts } from '../../../protocol/api/region.ts';
import type { LinkTargets } from '../reads/links.ts';
import type { Projection } from '../reads/projection.ts';
import type { ChangeBell } from './change-bell.ts';
import { changeEvents, type ChangeEvent } from './change-events.ts';

export type News =
  | { readonly kind: 'change'; readonly event: ChangeEvent }
  | { readonly kind: 'hosts'; readonly hosts: readonly ServiceHosts[] };

export interface ChangeFeed {
  /**
   * From when it resolves, `listener` hears of every change that is recorded later, once and in order. It must not
   * throw. @returns who no longer listens calls it
   */
  subscribe(listener: (news: News) => void): Promise<() => void>;
  close(): Promise<void>;
}

export interface ChangeFeedParts {
  readonly projection: Projection;
  readonly bell: ChangeBell;
  readonly links: LinkTargets;
  readonly log: Logger;
}

/** A step of the feed: more than a page is read in several, so that listeners hear the first soon. */
const pageSize = 200;

/** What happens, read once for all clients of this process, however many there are. */
export function openChangeFeed({ projection, bell, links, log }: ChangeFeedParts): ChangeFeed {
  const listeners = new Set<(news: News) => void>();
  /** Regions with newer counts. */
  let regions: Set<RegionName> | 'all' = new Set();
  /** Sequence of the last record that was told; `null` until the first look. */
  let position: number | null = null;
  let failing = false;
  let isQueued = false;
  let looking: Promise<void> = Promise.resolve();

  const tell = (news: News): void => listeners.forEach((listener) => listener(news));

  const look = async (): Promise<void> => {
    isQueued = false;
    position ??= await projection.newestSequence();
    for (let length = pageSize; length === pageSize;) {
      const records = await projection.auditAfter(position, pageSize);
      ({ length } = records);
      if (listeners.size > 0)
        for (const event of await changeEvents(records, projection, links)) tell({ kind: 'change', event });
      position = records.at(-1)?.sequence ?? position;
    }
    await tellRegions();
  };

  const tellRegions = async (): Promise<void> => {
    const changed = regions;
    regions = new Set();
    if (listeners.size === 0 || (changed !== 'all' && changed.size === 0)) return;
    const all = await projection.listHosts(null).catch((error: unknown) => {
      regions = 'all';
      throw error;
    });
    const hosts = changed === 'all' ? all : all.filter(({ region }) => changed.has(region));
    if (hosts.length > 0) tell({ kind: 'hosts', hosts });
  };

  /** One look at a time: a position that two looks moved could go back. */
  const lookInTurn = (): Promise<void> => {
    const turn = looking.then(look);
    looking = turn.catch(() => undefined);
    return turn;
  };

  /** What could not be read is read at the next ring. */
  const lookSoon = (): void => {
    if (isQueued) return;
    isQueued = true;
    lookInTurn().then(
      () => void (failing = false),
      (error: unknown) => {
        if (!failing) log.warn({ error }, 'changes can not be read; trying again');
        failing = true;
      },
    );
  };

  const listening = bell.listen((ring) => {
    if (ring.for === 'anything') regions = 'all';
    else if (ring.for === 'region' && regions !== 'all') regions.add(ring.region);
    lookSoon();
  });
  return {
    async subscribe(listener) {
      // Without a first look it would not be known from where on the listener hears everything.
      if (position === null) await lookInTurn();
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async close() {
      await listening.close();
      await looking;
    },
  };
}
