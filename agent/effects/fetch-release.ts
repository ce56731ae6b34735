import type { FetchEffect, RebuildEffect } from '../../domain/host/effects.ts';
import type { ServiceName } from '../../domain/names.ts';
import { backoffMs } from '../gateway/backoff.ts';
import { GatewayError } from '../gateway/gateway-error.ts';
import { ReleaseError } from '../install/release-documents.ts';
import type { HostParts } from '../host-parts.ts';
import { rebuildRelease } from '../drift/rebuild-release.ts';
import { installRelease, type Installation } from '../install/install-release.ts';

type Parts = Pick<HostParts, 'directory' | 'dispatch' | 'log' | 'readState' | 'source' | 'keys' | 'space'>;

/** What brings a tree to disk, whole, beside what runs. */
type TreeEffect = FetchEffect | RebuildEffect;

export interface Fetches {
  start(effect: TreeEffect): void;
  cancel(service: ServiceName): void;
  close(): void;
}

/** Counters of bytes are written so often, and at the end. */
const progressEveryMs = 1_000;

export function runFetches(parts: Parts): Fetches {
  const running = new Map<ServiceName, AbortController>();
  return {
    start(effect) {
      const abort = new AbortController();
      running.set(effect.service, abort);
      void fetchRelease(effect, parts, abort.signal, () => running.delete(effect.service));
    },
    cancel: (service) => running.get(service)?.abort(),
    close: () => running.forEach((abort) => abort.abort()),
  };
}

async function fetchRelease(effect: TreeEffect, parts: Parts, signal: AbortSignal, onEnd: () => void): Promise<void> {
  const { service, release } = effect;
  const progress = countProgress(service, parts);
  let failed: unknown;
  try {
    const onStarted = (): Promise<void> => parts.dispatch({ type: 'fetchStarted', service, release, atMs: Date.now() });
    const { directory, source, keys, space } = parts;
    await bringTree(effect, parts, {
      directory: directory.service(service),
      source,
      keys,
      space,
      signal,
      onStarted,
      onBytes: progress.add,
    });
  } catch (error) {
    failed = error;
  }
  await progress.end();
  // Before the event: the state may ask for the next fetch at once.
  onEnd();
  await parts.dispatch(outcome(effect, failed, signal, parts));
}

function bringTree(effect: TreeEffect, { readState }: Parts, installation: Installation): Promise<void> {
  if (effect.do === 'fetch') return installRelease(effect, installation);
  if (readState().root?.revoked.includes(effect.release)) throw new ReleaseError("it is revoked, and isn't made anew");
  return rebuildRelease(effect, installation);
}

function outcome(
  effect: TreeEffect,
  failed: unknown,
  signal: AbortSignal,
  { log }: Parts,
): Parameters<Parts['dispatch']>[0] {
  const { service, release } = effect;
  const atMs = Date.now();
  if (failed === undefined) return { type: effect.do === 'fetch' ? 'fetched' : 'rebuilt', service, release, atMs };
  if (signal.aborted) return { type: 'fetchCancelled', service, release, atMs };
  const reason = failed instanceof Error ? failed.message : 'the fetch failed';
  log.warn('fetch failed', { service, release, reason });
  const retryAfterMs = failed instanceof GatewayError ? failed.retryAfterMs : 0;
  const waitMs = backoffMs({ failures: effect.failures + 1, reportEveryMs: 0, retryAfterMs, random: Math.random() });
  return { type: 'fetchFailed', service, release, reason, atMs, retryAtMs: atMs + waitMs };
}

/** Durable counters: what they don't hold when the agent is killed is at most the last second's. */
function countProgress(
  service: ServiceName,
  { dispatch }: Parts,
): { add(fetched: number, reused: number): void; end(): Promise<void> } {
  let fetchedBytes = 0;
  let reusedBytes = 0;
  const flush = async (): Promise<void> => {
    if (fetchedBytes + reusedBytes === 0) return;
    const event = { type: 'fetchProgressed', service, fetchedBytes, reusedBytes, atMs: Date.now() } as const;
    fetchedBytes = 0;
    reusedBytes = 0;
    await dispatch(event);
  };
  const timer = setInterval(() => void flush(), progressEveryMs);
  return {
    add(fetched, reused) {
      fetchedBytes += fetched;
      reusedBytes += reused;
    },
    end() {
      clearInterval(timer);
      return flush();
    },
  };
}
