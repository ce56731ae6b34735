import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { hear, silentVersions, type HeardVersions } from '../../../domain/deployment/silent-versions.ts';

/** Deployments that nobody goes on with, as no control worker of the version that they began on runs. */
export interface MissingWorkers {
  /** Of an open deployment, `checkout/87`: the version whose worker it lacks; `null` for none, and while that is not known. */
  versionFor(deployment: string): string | null;
  /** By version; `null` while Temporal does not answer. */
  counts(): ReadonlyMap<string, number> | null;
}

/** Of whom nobody looks after: none is known to lack one. */
export const noneMissing: MissingWorkers = { versionFor: () => null, counts: () => null };

/** What Temporal tells of versions. */
export interface VersionReads {
  /** Of each version that something may be pinned to, when its workers last asked for work; `null`: nobody knows of any. */
  readPolls(): Promise<ReadonlyMap<string, string | null>>;
  /** Names of open deployments, the first thousand. */
  listOpenOn(version: string): Promise<readonly string[]>;
}

export interface MissingWorkersParts {
  readonly versions: VersionReads;
  /** Milliseconds of a clock that nobody sets. */
  readonly now: () => number;
  readonly log: Pick<Logger, 'warn' | 'info'>;
  readonly everyMs?: number;
}

/** However many deployments are open, Temporal is asked this often. */
const usuallyEveryMs = 15_000;

/** Looks after it until `stop` aborts. */
export function watchMissingWorkers(
  { versions, now, log, everyMs = usuallyEveryMs }: MissingWorkersParts,
  stop: AbortSignal,
): MissingWorkers {
  let heard: HeardVersions = new Map();
  let open: ReadonlyMap<string, readonly string[]> | null = null;
  let versionOf: ReadonlyMap<string, string> = new Map();
  let isFailing = false;

  const show = (found: typeof open): void => {
    open = found;
    versionOf = new Map([...(found ?? [])].flatMap(([version, names]) => names.map((name) => [name, version])));
  };
  const look = async (): Promise<void> => {
    heard = hear(heard, await versions.readPolls(), now());
    const silent = silentVersions(heard, now());
    const lists = await Promise.all(
      silent.map(async (version) => [version, await versions.listOpenOn(version)] as const),
    );
    const found = new Map(lists.filter(([, names]) => names.length > 0));
    for (const [version, names] of found)
      if (!open?.has(version))
        log.warn({ version, deployments: names.slice(0, 20) }, 'no control worker of a version runs');
    show(found);
  };
  /** Workers could not ask for work either: who is silent since is heard anew. */
  const forget = (error: unknown): void => {
    if (!isFailing && !stop.aborted) log.info({ error }, 'Temporal does not say which control workers run');
    heard = new Map();
    show(null);
  };
  const watch = async (): Promise<void> => {
    while (!stop.aborted) {
      isFailing = await look().then(
        () => false,
        (error: unknown) => (forget(error), true),
      );
      await sleep(everyMs, undefined, { signal: stop, ref: false }).catch(() => undefined);
    }
  };
  void watch();
  return {
    versionFor: (deployment) => versionOf.get(deployment) ?? null,
    counts: () => open && new Map([...open].map(([version, names]) => [version, names.length])),
  };
}
