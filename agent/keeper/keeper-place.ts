import type { ServiceName } from '../../domain/names.ts';
import type { AgentDirectory } from '../agent-directory.ts';

/**
 * Where an instance of a service is kept. There are two places, each with a keeper of its own, so that a second instance can
 * run beside the first until it has taken over; mostly only one of them is in use.
 */
export interface KeeperPlace {
  readonly service: ServiceName;
  readonly keeper: string;
  readonly logs: string;
  /** Of all instances in this place on this host begins with this: no prefix of the other place's. */
  readonly prefix: string;
  /** Names the keeper, and what it locks. */
  readonly name: string;
}

export function keeperPlaces(directory: AgentDirectory, service: ServiceName): readonly [KeeperPlace, KeeperPlace] {
  const { keeper, logs, second } = directory.service(service);
  const place = (name: string, folders: Pick<KeeperPlace, 'keeper' | 'logs'>): KeeperPlace => ({
    service,
    ...folders,
    name: `${directory.mark}/${name}`,
    prefix: `${directory.mark}/${name}/`,
  });
  // No name of a service holds a tilde.
  return [place(service, { keeper, logs }), place(`${service}~2`, second)];
}

/** The place of an instance, by its id. */
export function placeOf(directory: AgentDirectory, service: ServiceName, instance: string): KeeperPlace {
  const [first, second] = keeperPlaces(directory, service);
  return instance.startsWith(second.prefix) ? second : first;
}
