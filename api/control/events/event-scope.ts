import type { EventsQuery } from '../../../protocol/api/events.ts';
import type { ServiceHosts } from '../../../protocol/api/region.ts';
import { parseObjectReference } from '../../../protocol/api/object-reference.ts';

/** Whether who asked for `query` hears of a change of `object`. Of a deployment's service, its lane is heard too. */
export function isInScope({ service, deployment }: EventsQuery, object: string): boolean {
  if (service === undefined) return true;
  const named = parseObjectReference(object);
  if (named === null || named.service !== service) return false;
  return deployment === undefined || named.kind !== 'deployment' || named.deployment === deployment;
}

export const hostsInScope = ({ service }: EventsQuery, hosts: readonly ServiceHosts[]): ServiceHosts[] =>
  hosts.filter((each) => service === undefined || each.service === service);
