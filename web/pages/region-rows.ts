import { isSilent, type ShownState } from '../../domain/progress/shown-state.ts';
import type { Region, ServiceHosts } from '../client/api.ts';

type Named = NonNullable<ServiceHosts['drifted']>['named'][number];
/** A host that is named as changed, and what of it. */
export type DriftedRow = Named & Pick<ServiceHosts, 'service' | 'region'>;

export const driftedRows = (hosts: readonly ServiceHosts[]): readonly DriftedRow[] =>
  hosts.flatMap(({ service, region, drifted }) =>
    (drifted?.named ?? []).map((named) => ({ ...named, service, region })),
  );

export const driftedCount = (hosts: readonly ServiceHosts[]): number =>
  hosts.reduce((sum, { drifted }) => sum + (drifted?.hosts ?? 0), 0);

/** A drained region is silent as well when nothing is heard of it: the drain is what people did, so it comes first. */
export function lifeShown({ drain, stale }: Pick<Region, 'drain' | 'stale'>): ShownState {
  if (drain !== undefined) return { mark: 'pause', word: 'drained' };
  return stale ? { mark: 'unknown', word: 'unknown' } : { mark: 'ok', word: 'takes part' };
}

/** Of the window: it says what is wrong there. */
export function regionTitle(region: string, shown: Region | null): string {
  if (shown === null) return region;
  const changed = driftedCount(shown.services);
  const { word } = lifeShown(shown);
  const parts = [word === 'takes part' ? null : word, changed === 0 ? null : `${changed} changed`].filter(
    (part) => part !== null,
  );
  return parts.length === 0 ? region : `${region}: ${parts.join(', ')}`;
}

/** Healthy of all its services; `?` where its word is too old. */
export function healthyText({ services }: Pick<Region, 'services'>): string {
  if (services.length === 0) return 'none';
  if (services.some(isSilent)) return '?';
  const sum = (count: (hosts: NonNullable<ServiceHosts['hosts']>) => number): number =>
    services.reduce((total, { hosts }) => total + (hosts === null ? 0 : count(hosts)), 0);
  return `${sum(({ healthy }) => healthy)} of ${sum(({ total }) => total)}`;
}
