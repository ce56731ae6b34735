import { regionName, type RegionName, type ServiceName } from '../../../domain/names.ts';
import type { ServiceHosts } from '../../../protocol/api/region.ts';
import type { NextLogs } from '../../../protocol/api/log-reading.ts';
import { requestKey } from '../../../domain/lane/request-key.ts';
import { ProblemError } from '../../http/problem-error.ts';
import type { RouteHandlers } from '../../http/typed-routes.ts';
import { serviceParameter } from '../reads/parameters.ts';
import type { Projection } from '../reads/projection.ts';
import type { LogBell, LogReadings, OwnReading } from './log-readings.ts';

type LogHandlers = Pick<RouteHandlers, 'openLogReading' | 'nextLogs' | 'endLogReading'>;

export interface LogParts {
  readonly readings: LogReadings;
  readonly bell: LogBell;
  readonly projection: Pick<Projection, 'findService' | 'listHosts'>;
  /** The api ends. */
  readonly stop: AbortSignal;
}

/** The output of instances, for people who may act on their service. */
export function logHandlers({ readings, bell, projection, stop }: LogParts): LogHandlers {
  return {
    async openLogReading({ person, parameters, body, key }) {
      const service = serviceParameter(parameters);
      const { host = null, reason = null, every, lines, follow } = body;
      if ((await projection.findService(service)) === null)
        throw new ProblemError('not-found', { detail: `there is no service ${service}` });
      const region = regionToRead(service, body.region, await projection.listHosts(service));
      const by = person.person;
      const asked = { service, region, host, every, lines, follow, by, reason };
      const opened = await readings.open({ ...asked, key: requestKey('logs', by, key) });
      if (opened.outcome === 'busy') throw new ProblemError('busy', { detail: opened.why, next: endOne }, 15);
      return { reading: opened.reading, service, region };
    },
    async nextLogs({ person, parameters, body }) {
      const own = ownReading(person.person, parameters);
      const news = bell.expect({ reading: own.reading });
      try {
        const first = found(own, await readings.next(own, body.seen));
        if (isNews(first, body.knowsHosts) || body.waitMs === 0) return first;
        await news.within(body.waitMs, stop);
        return found(own, await readings.next(own, body.seen));
      } finally {
        news.forget();
      }
    },
    async endLogReading({ person, parameters }) {
      const own = ownReading(person.person, parameters);
      await readings.end(own);
      return { reading: own.reading };
    },
  };
}

const endOne = 'End one that you follow, or wait: one that nobody reads is over after 15 s.';

const isNews = ({ hosts, chunks }: NextLogs, knowsHosts: boolean): boolean =>
  chunks.length > 0 || (hosts !== null && !knowsHosts);

function ownReading(by: string, parameters: Readonly<Record<string, string>>): OwnReading {
  const reading = parameters.reading ?? '';
  const service = serviceParameter(parameters);
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(reading)) throw over(service);
  return { reading, service, by };
}

const over = (service: ServiceName): ProblemError =>
  new ProblemError('not-found', {
    detail: `nothing of ${service} is read under that name: it was ended, or nobody asked for more in 15 s`,
    next: `Read anew: slipway logs ${service}`,
  });

function found({ service }: OwnReading, logs: NextLogs | null): NextLogs {
  if (logs === null) throw over(service);
  return logs;
}

/** @throws ProblemError `not-found`; `unavailable` when the region is cut off */
function regionToRead(service: ServiceName, given: RegionName | undefined, hosts: readonly ServiceHosts[]): RegionName {
  const named = given === undefined ? hosts : hosts.filter(({ region }) => region === given);
  const first = named.find(({ stale }) => !stale) ?? named[0];
  if (first === undefined) {
    const regions = hosts.map(({ region }) => region).join(', ');
    const where = given === undefined ? 'in no region' : `not in ${given}`;
    const detail = `${service} runs ${where}${given !== undefined && regions !== '' ? `; it runs in ${regions}` : ''}`;
    throw new ProblemError('not-found', { detail, next: `See where it runs: slipway status ${service}` });
  }
  if (!first.stale) return regionName(first.region);
  throw new ProblemError('unavailable', {
    detail: `${first.region} is cut off: nothing was heard of it since ${first.at ?? 'ever'}`,
    next: `Hosts keep their output: on the host, slipway-agent logs ${service}`,
  });
}
