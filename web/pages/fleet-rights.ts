import type { Fleet, SignedIn } from '../client/api.ts';

type Role = SignedIn['roles'][number];

/** Who may hold many services, or let one past that. */
export const ofTheFleet: readonly Role[] = ['release-owner', 'operator'];
/** Who may stop everything, and let it go on. */
export const anyRole: readonly Role[] = ['deployer', 'release-owner', 'operator'];

/**
 * Why this person may not, and who could let them, as the api would refuse it; `null` when they may.
 * @param service what it is about, if it is one service's
 */
export function whyNotAllowed(
  { person, roles, inServices = [] }: SignedIn,
  allows: readonly Role[],
  service: string | null = null,
): string | null {
  const held = [...roles, ...inServices.filter((each) => each.service === service).map(({ role }) => role)];
  if (allows.some((role) => held.includes(role))) return null;
  const needs = `${person} needs the role ${allows.join(' or ')}`;
  if (service === null) return `${needs}. An operator can grant it: slipway grant ${person} --role ${allows[0]}`;
  return `${needs}. An owner of ${service} or an operator can grant it: slipway grant ${person} --role ${allows[0]} --service ${service}`;
}

/**
 * As a lock: who stopped it may start it, and a release-owner or operator may always. All stops end together, so that
 * whoever may not end one of them ends none.
 */
export function whyNotStarted({ freezes }: Pick<Fleet, 'freezes'>, person: SignedIn): string | null {
  if (whyNotAllowed(person, ofTheFleet) === null) return null;
  const stops = freezes.filter(({ kind }) => kind === 'stop-the-line').toSorted((a, b) => a.freeze - b.freeze);
  const others = stops.find(({ owner }) => owner.toLowerCase() !== person.person.toLowerCase());
  if (others === undefined) return whyNotAllowed(person, anyRole);
  const { owner } = others;
  return `${owner} has stopped the line: ${owner} or a release-owner or operator may end that`;
}
