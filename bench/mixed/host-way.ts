import type { DurableEvent } from '../../domain/host/events.ts';
import type { Digest, ServiceName } from '../../domain/names.ts';

/** Which releases of a service a host went to, by what it wrote down; `null` for nothing and for a release that isn't known. */
export interface HostWay {
  readonly host: string;
  readonly region: string;
  /** Oldest first. */
  readonly releases: readonly (number | null)[];
  /** The last of them is healthy. */
  readonly arrived: boolean;
}

/** Of one service, with its releases by digest. */
export function wayOf(
  journal: readonly DurableEvent[],
  service: ServiceName,
  releases: ReadonlyMap<Digest, number>,
): Pick<HostWay, 'releases' | 'arrived'> {
  const own = journal.filter((event) => 'service' in event && event.service === service);
  const went = own.flatMap((event) => (event.type === 'switched' ? [event.to] : []));
  const last = own.findLastIndex(({ type }) => type === 'switched');
  const to = went.at(-1) ?? null;
  return {
    releases: went.map((digest) => (digest === null ? null : (releases.get(digest) ?? null))),
    arrived: own.slice(last + 1).some((event) => event.type === 'confirmed' && event.release === to),
  };
}

/** Whether a host was never sent from a release to an older one: none that runs what was held goes back on its way on. */
export const neverWentBack = ({ releases }: Pick<HostWay, 'releases'>): boolean =>
  releases.every((release, index) => index === 0 || (release ?? 0) > (releases[index - 1] ?? 0));

/** `1 → 2 → 3`. */
export const wayText = ({ releases }: Pick<HostWay, 'releases'>): string =>
  releases.map((release) => release ?? 'nothing').join(' → ');
