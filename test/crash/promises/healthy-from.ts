import type { DurableEvent } from '../../../domain/host/events.ts';
import type { Digest } from '../../../domain/names.ts';
import type { KnownRelease } from '../evidence/evidence.ts';

/** The sample is healthy after two checks, 250 ms apart (`sample-files.ts`); a timer may be a little early. */
const leastMs = 200;

/** It ran this release, healthy, when the run began, and has not left it since. */
export const staysOn = (journal: readonly DurableEvent[], digest: Digest | null, before: KnownRelease): boolean =>
  digest === before.digest && !journal.some((event) => event.type === 'switched' && event.to !== digest);

/**
 * The earliest time at which a host can have been healthy with a release, in ms since 1970; `null` when it never was. An
 * agent that is killed after its report writes down "confirmed" when it is back; one that is killed before it could write
 * down the start finds the instance with its keeper.
 */
export function healthyFrom(journal: readonly DurableEvent[], digest: Digest | null): number | null {
  if (!journal.some((event) => event.type === 'confirmed' && event.release === digest)) return null;
  const started = journal.find((event) => event.type === 'instanceStarted' && event.instance.release === digest);
  const switched = journal.find((event) => event.type === 'switched' && event.to === digest);
  if (started !== undefined) return started.atMs + leastMs;
  return switched?.atMs ?? null;
}
