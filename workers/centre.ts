import type { RegionName } from '../domain/names.ts';
import type { LeftHostsPart } from '../protocol/left-hosts.ts';
import type { LocalAct } from '../protocol/local-acts.ts';
import {
  logPartAnswerSchema,
  logReadingsAnswerSchema,
  type AskedReading,
  type LogChunkAnswer,
  type LogPart,
} from '../protocol/log-reading.ts';
import { regionIntentsSchema, type RegionIntents } from '../protocol/region-intents.ts';
import type { RegionSummary } from '../protocol/summary.ts';

/** The centre, as a region's worker sees it. */
export interface Centre {
  /** @throws CentreError when it answered that it doesn't take the summary; what `fetch` throws when it didn't answer */
  post(summary: RegionSummary, stop: AbortSignal): Promise<void>;
  /** An api of the version before takes none, and is not pressed. @throws as `post` */
  postLeftHosts(part: LeftHostsPart, stop: AbortSignal): Promise<void>;
  /** An api of the version before takes none: they are kept for a later one. @throws as `post` */
  postLocalActs(acts: readonly LocalAct[], stop: AbortSignal): Promise<void>;
  /** What the region is to do, as the centre has it. @throws as `post`; ZodError for an answer that is none */
  readIntents(stop: AbortSignal): Promise<RegionIntents>;
  /**
   * What people want to read of this region's hosts: answered when it is anything but the known, or `waitMs` are over. `null`
   * by an api of the version before. @throws as `readIntents`
   */
  readLogReadings(known: readonly string[], waitMs: number, stop: AbortSignal): Promise<readonly AskedReading[] | null>;
  /** @throws as `readIntents` */
  postLogs(part: Omit<LogPart, 'region'>, stop: AbortSignal): Promise<LogChunkAnswer>;
}

/** The centre answered, but not with success. */
export class CentreError extends Error {
  override readonly name = 'CentreError';
  readonly code = 'centre-refused';
  readonly status: number;

  constructor(status: number) {
    super(status === 401 || status === 403 ? `it refuses this region's token (${status})` : `it answered ${status}`);
    this.status = status;
  }
}

const answerMs = 5_000;
/** Hundreds of services, with their admissions. */
const intentsMs = 30_000;

/** The api at `apiUrl`, with the region's token. */
export function connectCentre(apiUrl: string, token: string, region: RegionName): Centre {
  const send = (path: string, body: object, stop: AbortSignal, patienceMs = answerMs): Promise<Response> =>
    fetch(`${apiUrl}/regions/v1/${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      // A token is for the centre alone.
      redirect: 'error',
      signal: AbortSignal.any([stop, AbortSignal.timeout(patienceMs)]),
    });
  const post = async (path: string, body: object, stop: AbortSignal): Promise<Response> => {
    const response = await send(path, body, stop);
    await response.body?.cancel();
    return response;
  };
  return {
    async post(summary, stop) {
      const { ok, status } = await post('summaries', summary, stop);
      if (!ok) throw new CentreError(status);
    },
    async postLeftHosts(part, stop) {
      const { ok, status } = await post('left-hosts', part, stop);
      if (!ok && status !== 404) throw new CentreError(status);
    },
    async readIntents(stop) {
      const response = await fetch(`${apiUrl}/regions/v1/intents`, {
        headers: { authorization: `Bearer ${token}` },
        redirect: 'error',
        signal: AbortSignal.any([stop, AbortSignal.timeout(intentsMs)]),
      });
      if (!response.ok) throw new CentreError(response.status);
      return regionIntentsSchema.parse(await response.json());
    },
    async readLogReadings(known, waitMs, stop) {
      const response = await send('log-readings', { region, known, waitMs }, stop, waitMs + answerMs);
      if (response.ok) return logReadingsAnswerSchema.parse(await response.json()).readings;
      await response.body?.cancel();
      if (response.status === 404) return null;
      throw new CentreError(response.status);
    },
    async postLogs(part, stop) {
      const response = await send('log-chunks', { region, ...part }, stop);
      if (response.ok) return logPartAnswerSchema.parse(await response.json());
      await response.body?.cancel();
      throw new CentreError(response.status);
    },
    async postLocalActs(acts, stop) {
      const { ok, status } = await post('local-acts', { region, acts }, stop);
      if (!ok) throw new CentreError(status);
    },
  };
}
