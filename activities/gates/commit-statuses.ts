import type { CommitStatus } from '../../domain/gate/commit-status.ts';
import type { ServiceName } from '../../domain/names.ts';

/**
 * What an organisation's CI reports of commits. May be slow, away or over its limits: `list` throws then, and whoever
 * waits asks again. One context may be there more than once.
 */
export interface CommitStatuses {
  /** @param repository `acme/checkout` */
  list(repository: string, commit: string, signal: AbortSignal): Promise<readonly CommitStatus[]>;
  /** Where a service's commits are; `null` when there is no such service. */
  findRepository(service: ServiceName): Promise<string | null>;
}

/** The provider has had enough for now. */
export class RateLimitedError extends Error {
  override readonly name = 'RateLimitedError';
  readonly code = 'rate-limited';
  readonly retryAfterMs: number;

  constructor(retryAfterMs: number) {
    super(`the provider asks to come again in ${Math.ceil(retryAfterMs / 1000)} s`);
    this.retryAfterMs = retryAfterMs;
  }
}
