import path from 'node:path';
import { regionName, type RegionName } from '../../../domain/names.ts';
import type { Database } from '../../../infra/postgres/connect.ts';
import { writeSecret } from '../../../infra/local/stack-secrets.ts';
import { smallConnections, databaseUrl, regionDatabase } from '../../../infra/local/programs.ts';
import { superviseProcess, type SupervisedProcess } from '../../../infra/local/supervised-process.ts';
import { connectRegionDatabase } from '../../../infra/postgres/region/region-database.ts';
import { identityChannel } from '../../../infra/postgres/region/identity-channel.ts';
import { HostRecord } from '../../../infra/postgres/region/entities/hosts.ts';
import { authorityOf, enrollWithKey, gatewayOf, inTurns, type CertifiedHost } from '../../hosts/light-hosts.ts';
import type { BenchStack } from '../../stack/bench-stack.ts';
import { hostNames } from '../scenario/draw-run.ts';
import type { FleetRun } from '../scenario/scenario.ts';
import type { RunFleet } from '../hosts/run-fleet-file.ts';

/** A region of the stack in which one run follows the other: they share its programs, and its hosts' certificates. */
export interface Slot {
  readonly stack: BenchStack;
  readonly region: RegionName;
  readonly database: Database;
  readonly hosts: readonly CertifiedHost[];
  close(): Promise<void>;
}

/** Enrols its hosts. The same names in each region: a run's order doesn't depend on where it takes place. */
export async function openSlot(stack: BenchStack, name: string, hostCount: number): Promise<Slot> {
  const url = databaseUrl(stack.shape, regionDatabase(name));
  const database = await connectRegionDatabase({ url, applicationName: 'slipway-bench', maxConnections: 4 });
  const region = regionName(name);
  const { authority } = await authorityOf(stack, region);
  const hosts = await inTurns(hostNames(hostCount), (host) => enrollWithKey(database, authority, host));
  return { stack, region, database, hosts, close: () => database.close(true) };
}

/** The run's hosts, and the files by which they are followed. */
export interface RunningHosts {
  readonly process: SupervisedProcess;
  readonly logFile: string;
  readonly endFile: string;
}

/** What the last ones said may still be under way in the gateway. */
const quietForMs = 2_000;

/**
 * What the hosts of the run before have said is taken out of the region's books, as when hosts are enrolled anew: they were
 * others, and would be the control group of this one.
 */
async function forgetHosts({ database }: Slot, run: FleetRun): Promise<void> {
  const em = database.em.fork();
  const labels = JSON.stringify({ run: run.service });
  await em.execute('delete from host_service');
  await em.execute('update host set labels = ?::jsonb, reported_at = null, heard_at = null, report_sequence = 0', [
    labels,
  ]);
  // Gateways remember hosts until they are told that one has changed.
  await em.execute('select pg_notify(?, id) from host', [identityChannel]);
}

/** Nobody has reported for a while. */
export async function areQuiet({ database }: Slot): Promise<true | undefined> {
  const heard = { reportedAt: { $gt: new Date(Date.now() - quietForMs) } };
  return (await database.em.fork().count(HostRecord, heard)) === 0 ? true : undefined;
}

/** Starts the hosts of a run, from nothing. */
export async function startHosts(slot: Slot, run: FleetRun): Promise<RunningHosts> {
  const { stack, region, hosts } = slot;
  const { data, projectRoot } = stack.shape;
  await forgetHosts(slot, run);
  const name = `hosts-${run.service}`;
  const endFile = path.join(data.root, 'run', `${name}-end`);
  const byName = new Map(hosts.map((host) => [host.host, host]));
  const fleet: RunFleet = {
    service: run.service,
    region,
    gateway: gatewayOf(stack, region).href,
    rootFile: path.join(data.keys, 'root.json'),
    localAddress: `127.0.1.${stack.shape.regions.indexOf(region) + 1}`,
    endFile,
    hosts: run.hosts.map(({ host, badHere, way }) => ({ ...byName.get(host)!, badHere, way })),
  };
  const logFile = path.join(data.logs, `${name}.log`);
  const file = writeSecret(path.join(data.root, 'run', `${name}.json`), JSON.stringify(fleet));
  const started = await superviseProcess({
    ...stack.supervision,
    name,
    command: {
      title: name,
      file: process.execPath,
      args: [
        '--disable-warning=ExperimentalWarning',
        '--max-semi-space-size=8',
        path.join(import.meta.dirname, '../hosts/run-hosts-main.ts'),
        file,
      ],
      env: { PATH: process.env['PATH'] ?? '', ...smallConnections },
      cwd: projectRoot,
      stopSignal: 'SIGTERM',
    },
    logFile,
    ready: async () => undefined,
  });
  return { process: started, logFile, endFile };
}

/** Hosts that are there from the first on have said something. */
export async function haveReported({ database }: Slot, run: FleetRun): Promise<true | undefined> {
  const away = run.hosts.filter(({ way }) => way.kind === 'away' && way.from === 'start').length;
  return (await database.em.fork().count(HostRecord, { reportedAt: null })) <= away ? true : undefined;
}
