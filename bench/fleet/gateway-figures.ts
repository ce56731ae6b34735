import { once } from 'node:events';
import https from 'node:https';
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { controlPrograms } from '../../infra/local/programs.ts';
import type { BenchStack } from '../stack/bench-stack.ts';

/** What a region's gateway says of itself. */
export interface GatewayFigures {
  readonly openPolls: number;
  readonly connections: number;
  readonly rssBytes: number;
  readonly cpuSeconds: number;
  /** Requests answered since it started. */
  readonly polls: number;
  readonly reports: number;
}

/** @throws while it doesn't answer */
export async function gatewayFigures({ shape }: Pick<BenchStack, 'shape'>, region: string): Promise<GatewayFigures> {
  const gateway = controlPrograms(shape).find(({ name }) => name === `gateway-${region}`)!;
  const url = new URL('/metrics', gateway.readyUrl!);
  const asked = https.get(url, { agent: false, rejectUnauthorized: false, signal: AbortSignal.timeout(20_000) });
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  const lines = (await text(response)).split('\n');
  const sum = (start: string): number =>
    lines.filter((line) => line.startsWith(start)).reduce((total, line) => total + Number(line.split(' ').at(-1)), 0);
  const answered = (route: string): number => sum(`slipway_gateway_request_seconds_count{route="${route}"`);
  return {
    openPolls: sum('slipway_gateway_open_polls '),
    connections: sum('slipway_gateway_host_connections '),
    rssBytes: sum('process_resident_memory_bytes '),
    cpuSeconds: sum('process_cpu_seconds_total '),
    polls: answered('/v1/poll'),
    reports: answered('/v1/reports'),
  };
}
