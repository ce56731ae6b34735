import path from 'node:path';
import { sql } from 'kysely';
import { databaseUrl, regionDatabase } from '../../infra/local/programs.ts';
import { superviseProcess } from '../../infra/local/supervised-process.ts';
import { connectRegionDatabase } from '../../infra/postgres/region/region-database.ts';
import { HostRecord } from '../../infra/postgres/region/entities/hosts.ts';
import { until } from '../frame/until.ts';
import type { BenchStack } from '../stack/bench-stack.ts';

const startMs = 300_000;

/** So many hosts of a region, by a program that speaks for them and ends with the stack; until each has reported. */
export async function startSpokenHosts(
  stack: BenchStack,
  region: string,
  count: number,
  signal: AbortSignal,
): Promise<void> {
  const { shape, supervision } = stack;
  const url = databaseUrl(shape, regionDatabase(region));
  const database = await connectRegionDatabase({ url, applicationName: 'slipway-bench', maxConnections: 1 });
  const name = `spoken-hosts-${region}`;
  const entry = path.join(import.meta.dirname, 'spoken-hosts-main.ts');
  try {
    await sql`insert into host (id, labels) select ${`${region}-`} || number, '{"role": "web"}'
      from generate_series(1, ${count}) as number`.execute(database.em.fork().getKysely());
    stack.adopt(
      await superviseProcess({
        ...supervision,
        name,
        command: {
          title: name,
          file: process.execPath,
          args: ['--disable-warning=ExperimentalWarning', entry, url, String(count), region],
          env: { PATH: process.env['PATH'] ?? '' },
          cwd: shape.projectRoot,
          stopSignal: 'SIGTERM',
        },
        logFile: path.join(shape.data.logs, `${name}.log`),
        ready: async () => undefined,
      }),
    );
    await until(`${count} hosts of ${region} to report`, { limitMs: startMs, signal }, async () => {
      const silent = await database.em.fork().count(HostRecord, { reportedAt: null });
      return silent === 0 ? true : undefined;
    });
  } finally {
    await database.close(true);
  }
}
