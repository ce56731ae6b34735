import type { HostId } from '../../domain/names.ts';
import { secondText } from '../connection-news.ts';

/** A host that is read says so every 2 s. */
const silentAfterMs = 10_000;
const givenUpAfterMs = 20_000;

/** Says once of a host that it says nothing, and once that it is back. */
export interface SilenceWatch {
  /** Those of which something is expected from now on. */
  watch(hosts: readonly HostId[]): void;
  heard(host: HostId): void;
  /** Tells what there is to tell. */
  look(): void;
  isGivenUp(host: HostId): boolean;
}

export function watchSilence(tell: (text: string) => void, now: () => number = Date.now): SilenceWatch {
  const heardAt = new Map<HostId, number>();
  const told = new Set<HostId>();
  let watched: readonly HostId[] = [];
  const silentMs = (host: HostId): number => now() - (heardAt.get(host) ?? now());
  return {
    watch(hosts) {
      watched = hosts;
      for (const host of hosts) if (!heardAt.has(host)) heardAt.set(host, now());
    },
    heard(host) {
      if (told.delete(host)) tell(`${host} is heard of again`);
      heardAt.set(host, now());
    },
    look() {
      for (const host of watched) {
        if (told.has(host) || silentMs(host) < silentAfterMs) continue;
        told.add(host);
        tell(`${host} says nothing since ${secondText(heardAt.get(host)!)}: its agent may be away`);
      }
    },
    isGivenUp: (host) => silentMs(host) >= givenUpAfterMs,
  };
}
