import { clockTime, counted } from '../progress/plain-text.ts';
import type { FreezeInEffect, FreezeScope } from './freeze.ts';
import type { CapWait } from './rule-fleet.ts';

type Shown = Pick<FreezeInEffect, 'kind' | 'owner' | 'reason' | 'since' | 'until'>;

/** `frozen since 2026-12-20 00:00 UTC by mo until 2027-01-04 00:00 UTC: "holidays"`; of a stopped line the same. */
export function freezeSinceText({ kind, owner, reason, since, until }: Shown): string {
  const what = kind === 'freeze' ? 'frozen' : 'the line is stopped,';
  const end = until === null ? '' : ` until ${clockTime(until)}`;
  return `${what} since ${clockTime(since)} by ${owner}${end}: "${reason}"`;
}

/** What ends the wait for it. */
export const freezeEndText = ({ kind, freeze, until }: Pick<FreezeInEffect, 'kind' | 'freeze' | 'until'>): string => {
  if (kind === 'stop-the-line') return 'goes on when someone starts the line';
  return until === null ? `goes on when someone ends freeze ${freeze}` : `goes on by itself then`;
};

/** `all services in eu-west, us-east` */
export function scopeText({ services, regions }: FreezeScope): string {
  const which = services.length === 0 ? 'all services' : services.join(', ');
  return regions.length === 0 ? which : `${which} in ${regions.join(', ')}`;
}

/** `place 3 of 7: eu-west takes 2 deployments at once` */
export function capWaitText({ position, of, region, most }: Omit<CapWait, 'for'>): string {
  const where = region === null ? 'all regions together take' : `${region} takes`;
  return `place ${position} of ${of}: ${where} ${counted(most, 'deployment')} at once`;
}
