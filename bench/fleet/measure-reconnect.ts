import { setTimeout as delay } from 'node:timers/promises';
import type { Database } from '../../infra/postgres/connect.ts';
import { until } from '../frame/until.ts';
import type { Bench } from '../frame/run-benchmark.ts';
import { databaseLoad } from './database-load.ts';
import { gatewayFigures } from './gateway-figures.ts';
import type { FleetGateway } from './gateways.ts';

export interface ReconnectFigures {
  /** From the signal until so many polls are open again. */
  readonly halfMs: number;
  readonly allMs: number;
  /** Of the region's database, the most in one second. */
  readonly mostTransactionsPerSecond: number;
  readonly gatewayRssBytes: number;
  /** Requests refused meanwhile because of load. */
  readonly shed: number;
}

const longestMs = 5 * 60_000;
const lookEveryMs = 500;

/** Killed, or asked to end in good order. */
export type GatewayEnd = 'SIGKILL' | 'SIGTERM';

/** Ends the region's first gateway, which its supervisor starts again, and waits until every host polls one. */
export async function measureReconnect(
  { signal }: Bench,
  gateways: readonly FleetGateway[],
  database: Database,
  hosts: number,
  end: GatewayEnd,
): Promise<ReconnectFigures> {
  const rate = watchRate(database);
  const ending = gateways[0]!.process;
  const pid = ending.pid()!;
  process.kill(pid, end);
  const endedAtMs = performance.now();
  // One that is about to end counts its polls until then.
  await until('the gateway to end', { limitMs: longestMs, signal }, async () => ending.pid() !== pid || undefined);
  const untilOpen = async (polls: number): Promise<number> => {
    await until(`${polls} open polls`, { limitMs: longestMs, signal }, async () => {
      const figures = await gatewayFigures(gateways).catch(() => null);
      if (figures !== null && figures.openPolls >= polls) return true;
      await delay(lookEveryMs);
      return undefined;
    });
    return Math.round(performance.now() - endedAtMs);
  };
  const halfMs = await untilOpen(hosts / 2);
  // Some are always between two polls.
  const allMs = await untilOpen(Math.floor(hosts * 0.99));
  const { rssBytes, shed } = await gatewayFigures(gateways);
  return { halfMs, allMs, mostTransactionsPerSecond: rate.stop(), gatewayRssBytes: rssBytes, shed };
}

function watchRate(database: Database): { stop(): number } {
  let [most, last] = [0, Number.NaN];
  const timer = setInterval(() => {
    void databaseLoad(database).then(({ transactions }) => {
      most = Math.max(most, Number.isNaN(last) ? 0 : transactions - last);
      last = transactions;
    });
  }, 1_000);
  return {
    stop() {
      clearInterval(timer);
      return most;
    },
  };
}
