import type { HostId } from '../../../domain/names.ts';
import type { ReportBatch } from '../../../protocol/gateway.ts';

/** Which of a gateway's hosts don't take up the goal indexes that it offers. */
export interface IndexWatch {
  /** What a host said, in a report that was taken. */
  hear(host: HostId, said: Pick<ReportBatch, 'indexVersion'>): void;
  /** Hosts that are heard, and whose index has been an old one for minutes. */
  stale(): number;
}

export interface IndexWatchOptions {
  /** Version of the index that is offered; null while none is. */
  readonly newest: () => number | null;
  /** Told once, when a host becomes one, and when it isn't any more. */
  readonly onChange: (host: HostId, isStale: boolean) => void;
  /** Monotonic, ms. */
  readonly now?: () => number;
  readonly most?: number;
}

/**
 * An index is signed each minute, a poll is held open for one at most, and what it brought is said with the next report: a host
 * that is served says something newer every two minutes, and a busy gateway may refuse it a poll or two.
 */
const staleAfterMs = 300_000;
/** Two reports of a host that is asked for few, and half of one: who is silent is elsewhere, or away. */
export const heardWithinMs = 150_000;
/** 20,000 hosts and as many again. */
const mostKnown = 40_000;

interface Known {
  /** The newest index when the host was last up to date: this one, or a newer one, is what it has to say. */
  readonly due: number;
  readonly dueSinceMs: number;
  readonly heardMs: number;
  readonly isStale: boolean;
}

/**
 * A host that is shown an old index over and over, or can't take up new ones, reports that it has an old one. Versions are
 * compared, and the time is this gateway's: no clock of a host counts. Held in memory alone, so it costs the database nothing.
 */
export function watchIndexes({
  newest,
  onChange,
  now = () => performance.now(),
  most = mostKnown,
}: IndexWatchOptions): IndexWatch {
  const known = new Map<HostId, Known>();

  function remember(host: HostId, about: Known): void {
    known.delete(host);
    known.set(host, about);
    if (known.size > most) known.delete(known.keys().next().value!); // the one that was heard first
  }
  return {
    hear(host, { indexVersion }) {
      // An agent of a version that knows of no index.
      if (indexVersion === undefined) return void known.delete(host);
      const [heardMs, offered, before] = [now(), newest() ?? 0, known.get(host)];
      const isGoingOn = before !== undefined && heardMs - before.heardMs < heardWithinMs;
      // Another director begins anew: then no host has to say what only the one before it counted up to.
      if (!isGoingOn || indexVersion >= Math.min(before.due, offered)) {
        if (isGoingOn && before.isStale) onChange(host, false);
        return remember(host, { due: offered, dueSinceMs: heardMs, heardMs, isStale: false });
      }
      const isStale = heardMs - before.dueSinceMs >= staleAfterMs;
      if (isStale && !before.isStale) onChange(host, true);
      remember(host, { ...before, heardMs, isStale });
    },
    stale() {
      const since = now() - heardWithinMs;
      return [...known.values()].filter(({ isStale, heardMs }) => isStale && heardMs > since).length;
    },
  };
}
