import { setTimeout as delay } from 'node:timers/promises';
import type { Database } from '../../infra/postgres/connect.ts';
import { until } from '../frame/until.ts';
import type { Bench } from '../frame/run-benchmark.ts';
import { databaseLoad } from './database-load.ts';
import { gatewayFigures } from './gateway-figures.ts';
import type { FleetGateway } from './gateways.ts';

export interface ReconnectFigures {
  /** From the kill until so many polls are open again. */
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

/** Kills the region's first gateway (-9), which its supervisor starts again, and waits until every host polls one. */
export async function measureReconnect(
  { signal }: Bench,
  gateways: readonly FleetGateway[],
  database: Database,
  hosts: number,
): Promise<ReconnectFigures> {
  const rate = watchRate(database);
  process.kill(gateways[0]!.process.pid()!, 'SIGKILL');
  const killedAtMs = performance.now();
  const untilOpen = async (polls: number): Promise<number> => {
    await until(`${polls} open polls`, { limitMs: longestMs, signal }, async () => {
      const figures = await gatewayFigures(gateways).catch(() => null);
      if (figures !== null && figures.openPolls >= polls) return true;
      await delay(lookEveryMs);
      return undefined;
    });
    return Math.round(performance.now() - killedAtMs);
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
