import type { DurableEvent } from '../../domain/host/events.ts';
import type { Digest, ServiceName } from '../../domain/names.ts';
import { hostsOf } from '../../infra/local/programs.ts';
import { Release } from '../../infra/postgres/central/entities/release.ts';
import type { BenchStack } from '../stack/bench-stack.ts';
import { readHostJournal } from '../stack/host-journal.ts';

/** Which releases of a service a host went to, by what it wrote down; `null` for nothing and for a release that isn't known. */
export interface HostWay {
  readonly host: string;
  readonly region: string;
  /** Oldest first. */
  readonly releases: readonly (number | null)[];
  /** The last of them is healthy. */
  readonly arrived: boolean;
}

/** Where every host of the stack has been with a service, by its own journal. */
export async function waysOf({ shape, central }: BenchStack, service: ServiceName): Promise<readonly HostWay[]> {
  const releases = await central.em.fork().find(Release, { service });
  const numbers = new Map(releases.flatMap(({ digest, number }) => (digest ? [[digest, number] as const] : [])));
  return hostsOf(shape).map(({ host, region }) => ({
    host,
    region,
    ...wayOf(readHostJournal(shape, host), service, numbers),
  }));
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
