import type { ApiEvent, EventsQuery } from '../../../protocol/api/events.ts';
import type { ServiceHosts } from '../../../protocol/api/region.ts';
import { parseObjectReference } from '../../../protocol/api/object-reference.ts';

type ChangeEvent = Extract<ApiEvent, { type: 'change' }>;

/** Of records after which what waits in a lane may wait for something else. */
export const laneVerbs: ReadonlySet<string> = new Set([
  'lane-locked',
  'lane-unlocked',
  'lane-reopened',
  'rollback-refused',
  'deployment-opened',
  'deployment-expedited',
  'deployment-started',
  'deployment-ended',
  'deployment-cancelled',
]);

/** Whether who asked for `query` hears of a change. Of a deployment's service, its lane is heard too. */
export function isInScope(
  { service, deployment }: EventsQuery,
  { object, verb }: Pick<ChangeEvent, 'object' | 'verb'>,
): boolean {
  if (service === undefined) return true;
  const named = parseObjectReference(object);
  if (named === null || named.service !== service) return false;
  return isAsked(deployment, named) || laneVerbs.has(verb);
}

/** A change that is in scope, as it is told: of another deployment than the one asked for, what it did to the lane. */
export function scoped({ deployment }: EventsQuery, event: ChangeEvent): ChangeEvent {
  const named = parseObjectReference(event.object);
  return named === null || isAsked(deployment, named) ? event : { ...event, deployment: null };
}

const isAsked = (deployment: EventsQuery['deployment'], named: NonNullable<ReturnType<typeof parseObjectReference>>) =>
  deployment === undefined || named.kind !== 'deployment' || named.deployment === deployment;

export const hostsInScope = ({ service }: EventsQuery, hosts: readonly ServiceHosts[]): ServiceHosts[] =>
  hosts.filter((each) => service === undefined || each.service === service);
