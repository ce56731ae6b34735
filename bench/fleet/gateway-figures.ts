import { once } from 'node:events';
import https from 'node:https';
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import type { FleetGateway } from './gateways.ts';

/** What a region's gateways say of themselves, all together. */
export interface GatewayFigures {
  readonly openPolls: number;
  readonly connections: number;
  readonly rssBytes: number;
  readonly cpuSeconds: number;
  /** Requests answered since they started. */
  readonly polls: number;
  readonly reports: number;
  /** Requests refused because of load. */
  readonly shed: number;
  /** Goals given to hosts that waited: how many took at most so many seconds since they were signed. */
  readonly given: ReadonlyMap<number, number>;
}

/** One that doesn't answer counts nothing. @throws while none answers */
export async function gatewayFigures(gateways: readonly FleetGateway[]): Promise<GatewayFigures> {
  const all = await Promise.allSettled(gateways.map(figuresOf));
  const told = all.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  if (told.length === 0) throw (all[0] as PromiseRejectedResult).reason;
  return told.reduce(added);
}

function added(one: GatewayFigures, other: GatewayFigures): GatewayFigures {
  const { given, ...numbers } = one;
  const sums = Object.entries(numbers).map(([name, value]) => [name, value + other[name as keyof typeof numbers]]);
  const limits = [...given].map(([limit, count]) => [limit, count + (other.given.get(limit) ?? 0)] as const);
  return { ...(Object.fromEntries(sums) as typeof numbers), given: new Map(limits) };
}

async function figuresOf({ url }: FleetGateway): Promise<GatewayFigures> {
  const options = { agent: false, rejectUnauthorized: false, signal: AbortSignal.timeout(20_000) };
  const asked = https.get(new URL('/metrics', url), options);
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  const lines = (await text(response)).split('\n');
  const sum = (start: string): number =>
    lines.filter((line) => line.startsWith(start)).reduce((total, line) => total + Number(line.split(' ').at(-1)), 0);
  const answered = (route: string): number => sum(`slipway_gateway_request_seconds_count{route="${route}"`);
  const given = lines.flatMap((line) => {
    const [, limit, count] = /^slipway_gateway_goal_seconds_bucket\{le="([^"]+)"\} (\d+)/.exec(line) ?? [];
    return limit === undefined ? [] : [[limit === '+Inf' ? Infinity : Number(limit), Number(count)] as const];
  });
  return {
    openPolls: sum('slipway_gateway_open_polls '),
    connections: sum('slipway_gateway_host_connections '),
    rssBytes: sum('process_resident_memory_bytes '),
    cpuSeconds: sum('process_cpu_seconds_total '),
    polls: answered('/v1/poll'),
    reports: answered('/v1/reports'),
    shed: sum('slipway_gateway_shed_requests_total{'),
    given: new Map(given),
  };
}

/** The least bound, in ms, within which that share of the goals between two looks was given; null of none. */
export function givenWithinMs(before: GatewayFigures, after: GatewayFigures, share: number): number | null {
  const counts = [...after.given].map(([limit, count]) => [limit, count - (before.given.get(limit) ?? 0)] as const);
  const all = counts.at(-1)?.[1] ?? 0;
  const bound = counts.find(([, count]) => all > 0 && count >= share * all)?.[0];
  return bound === undefined ? null : bound * 1_000;
}
