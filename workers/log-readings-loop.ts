import type { LogDesk } from '../infra/postgres/region/log-readings.ts';
import type { Logger } from '../infra/telemetry/logger.ts';
import { untraced } from '../infra/telemetry/trace-context.ts';
import type { Centre } from './centre.ts';
import type { WakeUp } from './wake-up.ts';

export interface LogReadingParts {
  readonly desk: LogDesk;
  readonly centre: Pick<Centre, 'readLogReadings' | 'postLogs'>;
  /** Woken when there is output. */
  readonly wakeUp: WakeUp;
  readonly log: Logger;
}

/** Of a request that nothing is asked in; the api's servers and balancers let it be. */
const restingMs = 20_000;
/** While something is read: so often its lease is looked at. */
const readingMs = 3_000;
const retryAfterMs = 1_000;
/** An api of the version before has no readings. */
const unknownAfterMs = 60_000;
const behindMs = 250;
const lookEveryMs = 5_000;

/** Takes up what people want to read of this region's hosts, and ends it when they have left, until `stop` aborts. */
export async function runLogReadingsLoop(
  { desk, centre, wakeUp, log }: LogReadingParts,
  stop: AbortSignal,
): Promise<void> {
  let known: readonly string[] = [];
  let failing = false;
  while (!stop.aborted) {
    try {
      await desk.sweep();
      const waitMs = known.length === 0 ? restingMs : readingMs;
      const readings = await untraced(() => centre.readLogReadings(known, waitMs, stop));
      if (readings === null) {
        await wakeUp.sleep(unknownAfterMs, stop);
        continue;
      }
      const asked = readings.map(({ reading }) => reading);
      const gone = known.filter((reading) => !asked.includes(reading));
      if (gone.length > 0) await desk.end(gone);
      for (const taken of await desk.keep(readings))
        if (!known.includes(taken.reading)) await centre.postLogs({ ...taken, chunks: [] }, stop);
      known = asked;
      failing = false;
    } catch (error) {
      if (!failing && !stop.aborted) log.warn({ error }, 'the centre was not asked what is to be read; trying again');
      failing = true;
      await wakeUp.sleep(retryAfterMs, stop);
    }
  }
}

/** Passes on what hosts send of it. While the centre is away it waits here, a little of it, until nobody reads any more. */
export async function runLogChunksLoop(
  { desk, centre, wakeUp, log }: LogReadingParts,
  stop: AbortSignal,
): Promise<void> {
  let failing = false;
  while (!stop.aborted) {
    try {
      const passed = await untraced(() => desk.passOn((part) => centre.postLogs(part, stop)));
      failing = false;
      if (passed !== 'some') await wakeUp.sleep(passed === 'behind' ? behindMs : lookEveryMs, stop);
    } catch (error) {
      if (!failing && !stop.aborted) log.warn({ error }, 'output was not passed on; trying again');
      failing = true;
      await wakeUp.sleep(retryAfterMs, stop);
    }
  }
}
