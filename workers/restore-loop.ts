import type { KeyObject } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { compareRestored, type RestoredRegion } from '../activities/goals/compare-restored.ts';
import type { Director } from '../activities/goals/sign-goal.ts';
import { indexSigner } from '../activities/goals/sign-index.ts';
import type { GoalContent } from '../domain/goal/goal.ts';
import type { RegionName } from '../domain/names.ts';
import type { Logger } from '../infra/telemetry/logger.ts';
import { untraced } from '../infra/telemetry/trace-context.ts';
import { verifyDocument, type Envelope } from '../protocol/dsse.ts';
import { goalSchema, goalType } from '../protocol/goal.ts';
import type { Centre } from './centre.ts';

export interface RestoreParts {
  readonly region: RegionName;
  readonly restored: RestoredRegion;
  readonly centre: Pick<Centre, 'readIntents'>;
  readonly director: Director;
  /** Public: what hosts show is believed by this alone. */
  readonly directorKey: KeyObject;
  readonly log: Logger;
}

const lookEveryMs = 5_000;
const lookAgainMs = 1_000;
/** Time for hosts to be heard at all: their polls were cut with the database. */
const hostsComeMs = 5_000;
/** A host that can't show its goals, as of a version before, is not waited for longer. */
const hostsShowMs = 20_000;

/**
 * Looks, until `stop` aborts, whether the region's database was replaced by an older one. Then nothing is served, written or
 * signed until its goals were compared with what the centre meant and with what hosts hold (docs/goal-protocol.md §9).
 */
export async function runRestoreLoop(parts: RestoreParts, stop: AbortSignal): Promise<void> {
  const { restored, log } = parts;
  let shutSinceMs: number | null = null;
  while (!stop.aborted) {
    try {
      if (await restored.isOpen()) shutSinceMs = null;
      else {
        if (shutSinceMs === null) log.warn('the database may be an older one: it is compared with the centre first');
        shutSinceMs ??= performance.now();
        if (await untraced(() => mayCompare(parts, performance.now() - shutSinceMs!))) await compareNow(parts, stop);
      }
    } catch (error) {
      if (!stop.aborted) log.warn({ error }, 'the database could not be compared with the centre; trying again');
    }
    await sleep(shutSinceMs === null ? lookEveryMs : lookAgainMs, undefined, { signal: stop }).catch(() => undefined);
  }
}

const mayCompare = async ({ restored }: RestoreParts, shutMs: number): Promise<boolean> =>
  shutMs >= hostsShowMs || (shutMs >= hostsComeMs && (await restored.countSilent()) === 0);

async function compareNow(parts: RestoreParts, stop: AbortSignal): Promise<void> {
  const { region, restored, centre, director, log } = parts;
  const { services } = await untraced(() => centre.readIntents(stop));
  const held = verified(await restored.readHeld(), parts);
  const known = new Map(services.map((each) => [each.service, each]));
  const others = [...known.keys(), ...held.map(({ service }) => service)];
  await restored.compareAll(
    others,
    (transaction, lastWritten) =>
      compareRestored(transaction, {
        region,
        director,
        intended: known.get(transaction.service) ?? null,
        held: held.filter(({ service }) => service === transaction.service),
        lastWritten,
      }),
    indexSigner(director, region),
  );
  log.info({ services: known.size, held: held.length }, 'the database was compared with the centre, and serves again');
}

/** What a host shows is as good as its signature: of this region, by its director. */
function verified(envelopes: readonly Envelope[], { region, directorKey }: RestoreParts): readonly GoalContent[] {
  return envelopes.flatMap((envelope): GoalContent[] => {
    const opened = verifyDocument(envelope, goalType, [directorKey]);
    const goal = opened.ok ? goalSchema.safeParse(opened.payload) : null;
    if (goal?.success !== true || goal.data.region !== region) return [];
    const { format: _format, admissions: _admissions, issuedAt: _at, expiresAt: _until, ...content } = goal.data;
    return [content];
  });
}
