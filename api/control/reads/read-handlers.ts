import type { ReleaseNumber, ServiceName } from '../../../domain/names.ts';
import { deploymentReference, releaseReference } from '../../../protocol/api/object-reference.ts';
import { changeSentence } from '../events/change-sentence.ts';
import { ProblemError } from '../../http/problem-error.ts';
import type { RouteHandlers } from '../../http/typed-routes.ts';
import { deploymentParameter, regionParameter, releaseParameter, serviceParameter } from './parameters.ts';
import { withLinks, type LinkTargets } from './links.ts';
import type { Projection } from './projection.ts';
import type { Bindings } from './bindings.ts';
import type { BuildLogs } from './build-logs.ts';
import { hookRunsWithOutput } from './hook-output.ts';

type ReadHandlers = Pick<
  RouteHandlers,
  | 'me'
  | 'about'
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
  | 'showTimeline'
  | 'showBuildLog'
  | 'listHookRuns'
  | 'listLeftHosts'
>;

/** What read handlers are made of. */
export interface ReadParts {
  readonly projection: Projection;
  readonly bindings: Bindings;
  readonly links: LinkTargets;
  readonly logs: BuildLogs;
  /** Of this Slipway. */
  readonly version: string;
  readonly now: () => Date;
}

/** So much of a build's log is answered: its end, where it says what went wrong. */
const maxLogBytes = 256 * 1024;

export function readHandlers({ projection, bindings, links, logs, version, now }: ReadParts): ReadHandlers {
  const existing = async (service: ServiceName): Promise<ServiceName> =>
    found(await projection.findLane(service), `service ${service}`).service;
  return {
    me: ({ person }) => Promise.resolve(person),
    async about() {
      const regions = await projection.listRegions();
      const counts = {
        total: regions.length,
        reporting: regions.filter(({ stale }) => !stale).length,
        withoutService: regions.filter(({ services }) => services.length === 0).length,
      };
      return { version, at: now().toISOString(), temporalUi: links.temporalUiUrl, regions: counts };
    },
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
    async showTimeline({ parameters, query }) {
      const service = serviceParameter(parameters);
      const number = deploymentParameter(parameters);
      const name = deploymentReference(service, number);
      const stored = found(await projection.findDeployment(service, number), `deployment ${name}`);
      const { items, next } = await projection.listAuditOf(name, query);
      const entries = items.map((record) => {
        const { sequence, at, actor, verb } = record;
        return { sequence, at, actor, verb, message: changeSentence(record, stored) };
      });
      return { items: entries, next };
    },
    async listLeftHosts({ parameters, query: { deployment, region, ...page } }) {
      const service = serviceParameter(parameters);
      found(await projection.findService(service), `service ${service}`);
      return projection.listLeftHosts({ service, deployment, region }, page);
    },
    async listHookRuns({ parameters }) {
      const service = serviceParameter(parameters);
      const number = deploymentParameter(parameters);
      found(await projection.findStanding(service, number), `deployment ${deploymentReference(service, number)}`);
      const runs = await projection.listHookRuns(service, number);
      return { items: await hookRunsWithOutput(logs, runs) };
    },
    async showBuildLog({ parameters }) {
      const service = serviceParameter(parameters);
      const number = releaseParameter(parameters);
      const release = releaseReference(service, number);
      found(await projection.findRelease(service, number), `release ${release}`);
      const log = found(await projection.findBuildLog(service, number), `log of ${release}: its build has not ended`);
      const text = await logs.read(log, maxLogBytes);
      const isCut = text === null ? log.sizeBytes > Buffer.byteLength(log.tail) : log.sizeBytes > maxLogBytes;
      return { release, text: text ?? log.tail, truncated: log.truncated || isCut };
    },
  };
}

function found<T>(value: T | null, what: string): T {
  if (value === null) throw new ProblemError('not-found', { detail: `there is no ${what}` });
  return value;
}
