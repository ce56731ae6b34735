import type { RegionName, ReleaseNumber } from '../names.ts';
import type { DeploymentKind } from '../states.ts';
import { currentOf, namedTarget, rollbackTarget, type RollbackHistory } from './rollback-target.ts';

/** A deployment that succeeded in some of the regions, after the service's last success. */
export interface PartialSuccess {
  readonly kind: DeploymentKind;
  readonly release: ReleaseNumber;
  readonly regions: readonly RegionName[];
}

/**
 * The regions that the newest partial success there has brought away from the service's last success. Not where that was a
 * rollback: nobody goes back to what was fled from.
 *
 * @param partials oldest first
 * @param runs whether the region runs the release of the last success
 */
export function strayedRegions(
  partials: readonly PartialSuccess[],
  current: ReleaseNumber | null,
  runs: (region: RegionName) => boolean,
): readonly RegionName[] {
  const newest = new Map(partials.flatMap((one) => one.regions.map((region) => [region, one] as const)));
  return [...newest]
    .filter(([region, { kind, release }]) => kind !== 'rollback' && release !== current && !runs(region))
    .map(([region]) => region)
    .toSorted();
}

export interface WholeHistory extends RollbackHistory {
  /** Regions that a newer deployment has brought away from the last success ({@link strayedRegions}). */
  readonly strayed: readonly RegionName[];
}

/** What a person asks for; nothing: to what ran before, wherever the service runs. */
export interface AskedBack {
  readonly to?: ReleaseNumber | undefined;
  readonly regions?: readonly RegionName[] | undefined;
}

export interface GoingBack {
  /** `null`: nothing ran before. */
  readonly release: ReleaseNumber | null;
  /** Only these need it; absent: those that were asked for. */
  readonly regions?: readonly RegionName[];
  /** It was named, and ran before the previous one. */
  readonly further?: boolean;
  /** Why the release that was named can't be gone back to. */
  readonly refused?: string;
}

/**
 * Where a rollback goes, and in which regions. Where some have strayed from the last success, the others are fine, and what
 * ran before in those that have is that success.
 */
export function goBack({ strayed, ...history }: WholeHistory, { to, regions: asked }: AskedBack): GoingBack {
  const left = asked === undefined ? strayed : strayed.filter((region) => asked.includes(region));
  const known = { ...history, leftHeld: history.leftHeld || left.length > 0 };
  const release = to ?? rollbackTarget(known);
  const isCurrent = release !== null && release === currentOf(history.successes);
  const regions = isCurrent && left.length > 0 && asked === undefined && !history.leftHeld && { regions: left };
  if (to === undefined) return { release, ...regions };
  const target = namedTarget(known, to);
  if (target.do === 'refuse') return { release: null, refused: target.reason };
  return { release: to, further: target.do === 'further', ...regions };
}
