import type { RegionSummary } from '../protocol/summary.ts';

/** The centre, as a region's worker sees it. */
export interface Centre {
  /** @throws CentreError when it answered that it doesn't take the summary; what `fetch` throws when it didn't answer */
  post(summary: RegionSummary, stop: AbortSignal): Promise<void>;
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

/** The api at `apiUrl`, with the region's token. */
export const connectCentre = (apiUrl: string, token: string): Centre => ({
  async post(summary, stop) {
    const response = await fetch(`${apiUrl}/regions/v1/summaries`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(summary),
      // A token is for the centre alone.
      redirect: 'error',
      signal: AbortSignal.any([stop, AbortSignal.timeout(answerMs)]),
    });
    await response.body?.cancel();
    if (!response.ok) throw new CentreError(response.status);
  },
});
