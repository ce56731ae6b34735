import type { HostId } from '../../../domain/names.ts';

/** Hosts that this gateway has taken a poll of lately. */
export interface ServedHosts {
  add(host: HostId): void;
  has(host: HostId): boolean;
}

/** A poll is held open for a minute at most; who was refused for another minute since then is no longer being served. */
const servedForMs = 120_000;
/** 20,000 hosts and as many again. */
const mostServed = 40_000;

export function openServedHosts(now: () => number = () => performance.now(), most = mostServed): ServedHosts {
  const servedAtMs = new Map<HostId, number>();
  return {
    add(host) {
      servedAtMs.delete(host);
      servedAtMs.set(host, now());
      if (servedAtMs.size > most) servedAtMs.delete(servedAtMs.keys().next().value!); // the one that was served first
    },
    has(host) {
      const atMs = servedAtMs.get(host);
      return atMs !== undefined && now() - atMs < servedForMs;
    },
  };
}
