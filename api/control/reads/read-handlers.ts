import type { ReleaseNumber, ServiceName } from '../../../domain/names.ts';
import { ProblemError } from '../../http/problem-error.ts';
import type { RouteHandlers } from '../../http/typed-routes.ts';
import { deploymentParameter, regionParameter, releaseParameter, serviceParameter } from './parameters.ts';
import { withLinks, type LinkTargets } from './links.ts';
import type { Projection } from './projection.ts';
import type { Bindings } from './bindings.ts';

type ReadHandlers = Pick<
  RouteHandlers,
  | 'me'
  | 'listServices'
  | 'showService'
  | 'listServiceHosts'
  | 'showLane'
  | 'listReleases'
  | 'showRelease'
  | 'listAllDeployments'
  | 'listDeployments'
  | 'showDeployment'
  | 'listRegions'
  | 'showRegion'
  | 'listAudit'
>;

export function readHandlers(projection: Projection, bindings: Bindings, links: LinkTargets): ReadHandlers {
  const existing = async (service: ServiceName): Promise<ServiceName> =>
    found(await projection.findLane(service), `service ${service}`).service;
  return {
    me: ({ person }) => Promise.resolve(person),
    listServices: ({ query }) => projection.listServices(query),
    async showService({ parameters }) {
      const service = serviceParameter(parameters);
      // Read first: what happens between the two is then told again by the stream, not missed.
      const sequence = await projection.newestSequence();
      return { ...found(await projection.findService(service), `service ${service}`), sequence };
    },
    listServiceHosts: async ({ parameters }) => ({
      items: [...(await projection.listHosts(await existing(serviceParameter(parameters))))],
    }),
    async showLane({ parameters }) {
      const service = serviceParameter(parameters);
      return found(await projection.findLane(service), `service ${service}`);
    },
    listReleases: async ({ parameters, query }) =>
      projection.listReleases(await existing(serviceParameter(parameters)), query),
    async showRelease({ parameters }) {
      const service = serviceParameter(parameters);
      const release: ReleaseNumber = releaseParameter(parameters);
      return found(await projection.findRelease(service, release), `release ${service}@${release}`);
    },
    listAllDeployments: ({ query }) => projection.listDeployments(null, query),
    listDeployments: async ({ parameters, query }) =>
      projection.listDeployments(await existing(serviceParameter(parameters)), query),
    async showDeployment({ parameters }) {
      const service = serviceParameter(parameters);
      const number = deploymentParameter(parameters);
      const stored = found(await projection.findDeployment(service, number), `deployment ${service}/${number}`);
      return withLinks(links, stored, stored.outcome === null ? await bindings.shown(service, number) : null);
    },
    listRegions: async () => ({ items: [...(await projection.listRegions())] }),
    async showRegion({ parameters }) {
      const region = regionParameter(parameters);
      return found(await projection.findRegion(region), `region ${region}`);
    },
    listAudit: ({ query }) => projection.listAudit(query),
  };
}

function found<T>(value: T | null, what: string): T {
  if (value === null) throw new ProblemError('not-found', { detail: `there is no ${what}` });
  return value;
}
