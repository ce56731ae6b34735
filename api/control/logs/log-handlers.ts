import type { RegionName, ServiceName } from '../../../domain/names.ts';
import type { Region } from '../../../protocol/api/region.ts';
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
  readonly projection: Pick<Projection, 'findService' | 'listRegions'>;
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
      const region = await regionToRead(service, body.region, projection);
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

/**
 * One that is named is asked although its counts don't name the service yet. @throws ProblemError `not-found`; `unavailable`
 * when the region is cut off
 */
async function regionToRead(
  service: ServiceName,
  given: RegionName | undefined,
  projection: LogParts['projection'],
): Promise<RegionName> {
  const regions = (await projection.listRegions()).filter(({ region }) => given === undefined || region === given);
  if (given !== undefined && regions.length === 0)
    throw new ProblemError('not-found', {
      detail: `there is no region ${given}`,
      next: 'See all: slipway list regions',
    });
  const runs = regions.filter((each) => given !== undefined || each.services.some((one) => one.service === service));
  if (runs.length === 0)
    throw new ProblemError('not-found', { detail: `${service} runs nowhere`, next: `See: slipway status ${service}` });
  const first = runs.find(isHeard) ?? runs[0]!;
  if (isHeard(first)) return first.region;
  throw new ProblemError('unavailable', {
    detail: `${first.region} is cut off: nothing was heard of it since ${first.lastSummaryAt ?? 'it was added'}`,
    next: `Hosts keep their output: on the host, slipway-agent logs ${service}`,
  });
}

/** Of any service: a region tells all of them at once. */
const isHeard = ({ services }: Region): boolean => services.some(({ stale }) => !stale);
