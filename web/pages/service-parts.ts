import type { DeploymentSummary, Service } from '../client/api.ts';
import type { Verb } from '../actions/orders.ts';
import type { Alert } from '../parts/alerts.ts';
import { hostsKey, type Known } from '../live/known.ts';
import { deploymentShown, hostsShown, serviceShown } from '../../domain/progress/shown-state.ts';

/** As read, with what the stream told since. */
export function serviceNow(service: Service, known: Known | null): Service {
  if (known === null) return service;
  const name = service.service;
  const newest = (each: DeploymentSummary): DeploymentSummary => {
    const told = known.deployments[each.deployment];
    return told !== undefined && told.sequence > each.sequence ? told : each;
  };
  const told = Object.values(known.hosts).filter((each) => each.service === name);
  return {
    ...service,
    lane: known.sequence > service.sequence ? (known.lanes[name] ?? service.lane) : service.lane,
    deployments: service.deployments.map(newest),
    active: service.active === null ? null : newest(service.active),
    hosts: told.length === 0 ? service.hosts : told.map((each) => known.hosts[hostsKey(name, each.region)] ?? each),
  };
}

/** What a person can do with its lane. */
export function serviceVerbs({ lane, currentRelease }: Service): Verb[] {
  const back: Verb[] = currentRelease === null && lane.active === null ? [] : ['rollback'];
  const again: Verb[] = currentRelease === null ? [] : ['redeploy'];
  return ['deploy', ...again, ...back, lane.lock === null ? 'lock' : 'unlock'];
}

/** For the title of the window: never well while a region is unknown. With stale data it says what was. */
export function serviceTitle(service: Service, isStale = false): string {
  const { service: name, lane, hosts } = service;
  const unknown = hosts.filter((each) => hostsShown(each).mark === 'unknown').length;
  const doubt = unknown === 0 ? '' : `, ${unknown} ${unknown === 1 ? 'region' : 'regions'} unknown`;
  const lock = lane.lock === null ? '' : ', locked';
  return `${name} ${standing(service, isStale)}${lock}${doubt}`;
}

function standing({ active, currentRelease }: Service, isStale: boolean): string {
  if (active === null && currentRelease === null) return isStale ? 'had nothing deployed' : 'nothing deployed';
  const word = active === null ? `@${currentRelease}` : deploymentShown(active).word;
  return isStale ? `was ${word}` : word;
}

/** What is said aloud at once. That something waits for an approval can be said calmly. */
export function serviceAlerts(service: Service): Alert[] {
  const { service: name, active, why } = service;
  const told =
    active === null
      ? { about: name, why, mark: serviceShown(service) }
      : { about: active.deployment, why: active.why, mark: deploymentShown(active) };
  if (told.why?.needsSomeone !== true || told.mark.mark === 'wait') return [];
  return [{ about: `${told.about} ${told.mark.word}`, cause: told.why.cause }];
}
