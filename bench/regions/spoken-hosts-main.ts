/**
 * Program: speaks for all hosts of one region. `spoken-hosts-main.ts <region's database> <hosts> <name>`, until SIGTERM. For what
 * a region and the centre do with a hundred thousand hosts: what hosts say is stored as a gateway stores it, 500 at a time,
 * and no host, socket or signature is there.
 */
import { openBell } from '../../agent/gateway/bell.ts';
import { hostId, type Digest, type HostId } from '../../domain/names.ts';
import { stopSignal } from '../../infra/stop-signal.ts';
import { goalChannel } from '../../infra/postgres/region/goal-store.ts';
import { connectRegionDatabase } from '../../infra/postgres/region/region-database.ts';
import { listenForServiceChanges } from '../../infra/postgres/region/service-changes.ts';
import { storeReports } from '../../infra/postgres/region/store-reports.ts';
import { GoalRecord } from '../../infra/postgres/region/entities/goals.ts';
import type { ServiceReport } from '../../protocol/gateway.ts';
import { spokenReport } from './spoken-report.ts';

/** As many as a gateway stores in one statement. */
const atOnce = 500;
/** From the order to switch until an instance is healthy. */
const hostTimeMs = 300;
/** Under a third of the time after which a silent host is lost. */
const sayAgainMs = 15_000;

const [url = '', count = '0', region = ''] = process.argv.slice(2);
const signal = stopSignal();
const database = await connectRegionDatabase({ url, applicationName: 'slipway-bench', maxConnections: 2 });
const hosts = Array.from({ length: Number(count) }, (_, index) => hostId(`${region}-${index + 1}`));
const running = new Map<HostId, Digest | null>();
let sequence = Date.now();
const bell = openBell(signal);
const changes = listenForServiceChanges({ url, channels: [goalChannel] });
changes.onAny(() => bell.ring());

while (!signal.aborted) {
  await sayAll();
  await bell.wait(sayAgainMs);
  await bell.pause(hostTimeMs);
}
await changes.close();
await database.close(true);
process.exit();

/** Each host says how it stands by the goals of now. */
async function sayAll(): Promise<void> {
  const goals = await database.em.fork().findAll(GoalRecord);
  const rows = goals.map(({ row }) => row);
  sequence = Math.max(Date.now(), sequence + 1);
  for (let from = 0; from < hosts.length && !signal.aborted; from += atOnce)
    await storeReports(
      database,
      hosts.slice(from, from + atOnce).map((host) => ({
        host,
        sequence,
        bootId: 'spoken',
        agentVersion: 'spoken',
        machine: null,
        services: rows.map((row) => said(spokenReport(row, host, running.get(host) ?? null), host)),
      })),
    );
}

function said(report: ServiceReport, host: HostId): ServiceReport {
  running.set(host, report.running);
  return report;
}
