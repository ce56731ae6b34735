import { clockTime, counted } from './plain-text.ts';
import type { FreezeInEffect } from '../fleet/freeze.ts';
import type { CapWait } from '../fleet/rule-fleet.ts';

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

interface Scope {
  readonly services: readonly string[];
  readonly regions: readonly string[];
}

/** `all services in eu-west, us-east` */
export function scopeText({ services, regions }: Scope): string {
  const which = services.length === 0 ? 'all services' : services.join(', ');
  return regions.length === 0 ? which : `${which} in ${regions.join(', ')}`;
}

/** `place 3 of 7: eu-west takes 2 deployments at once` */
export function capWaitText({ position, of, region, most }: Omit<CapWait, 'for'>): string {
  const where = region === null ? 'all regions together take' : `${region} takes`;
  return `place ${position} of ${of}: ${where} ${counted(most, 'deployment')} at once`;
}

interface Answered {
  readonly service: string;
  readonly deployment: number;
  readonly isGranted: boolean;
  readonly wait: CapWait | null;
  readonly freezes: readonly FreezeInEffect[];
}

/** So many are listed where only Temporal's Web UI shows them. */
const mostListed = 50;

/**
 * The fleet's current details, Markdown. Reasons are text of people, and are not in it.
 *
 * @param refused the last signal that could not be read, in words
 */
export function fleetDetails(answers: readonly Answered[], refused: string | null = null): string {
  const waiting = answers.filter(({ isGranted }) => !isGranted);
  const line = ({ service, deployment, wait, freezes }: Answered): string => {
    const kept = freezes.map(({ kind, freeze }) => (kind === 'freeze' ? `freeze ${freeze}` : 'the line is stopped'));
    return `- ${service}/${deployment}: ${[...(wait === null ? [] : [capWaitText(wait)]), ...kept].join(', ')}`;
  };
  const kept = answers.filter(({ isGranted, freezes }) => isGranted && freezes.length > 0);
  const listed = [...kept, ...waiting];
  const more = listed.length > mostListed ? [`and ${listed.length - mostListed} more`] : [];
  const head = `**${counted(answers.length - waiting.length, 'deployment')} under way, ${waiting.length} waiting**`;
  const last = refused === null ? [] : ['', refused];
  return [head, '', ...listed.slice(0, mostListed).map(line), ...more, ...last].join('\n').trim();
}
