import { generateKeyPairSync } from 'node:crypto';
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { ShownIdentity } from '../../agent/gateway/gateway-connection.ts';
import { lifeFrom } from '../../domain/host-identity/certificate-life.ts';
import type { Selector } from '../../domain/goal/goal.ts';
import { hostId, regionName, type HostId, type RegionName } from '../../domain/names.ts';
import type { CertificateAuthority } from '../../infra/keys/certificate-authority.ts';
import { keyFiles } from '../../infra/keys/create-trust.ts';
import { readRegionAuthority, type RegionAuthority } from '../../infra/keys/region-authority.ts';
import { controlPrograms, databaseUrl, regionDatabase, smallConnections } from '../../infra/local/programs.ts';
import { writeSecret } from '../../infra/local/stack-secrets.ts';
import { superviseProcess } from '../../infra/local/supervised-process.ts';
import type { Database } from '../../infra/postgres/connect.ts';
import { enrollHost } from '../../infra/postgres/region/enroll-host.ts';
import { connectRegionDatabase } from '../../infra/postgres/region/region-database.ts';
import { HostRecord } from '../../infra/postgres/region/entities/hosts.ts';
import { keyDigest } from '../../protocol/host-identity.ts';
import { until } from '../frame/until.ts';
import type { BenchStack } from '../stack/bench-stack.ts';
import { partlyWellFile } from './partly-well.ts';

/** What the process of one region's light hosts is given, as a file: keys are no arguments. */
export interface Fleet {
  readonly region: string;
  readonly gateways: readonly string[];
  /** Between the starts of two hosts, so that the connections of a stack's start don't overrun a gateway. */
  readonly betweenStartsMs: number;
  readonly rootFile: string;
  readonly partlyWellFile: string;
  /** Hosts connect from here: each address has ports of its own. */
  readonly localAddress: string;
  readonly hosts: readonly CertifiedHost[];
}

export interface CertifiedHost extends ShownIdentity {
  readonly host: string;
}

const startMs = 600_000;
const lifeMs = 7 * 86_400_000;

/** Of one process: one thread speaks for all of them. */
const hostsOfProcess = 2_500;
/** With one process: a gateway's core bears some 300 handshakes a second, and half of the machine's are the hosts'. */
const betweenStartsMs = 5;

/** The program of a region's light hosts, or one of several. */
export const lightHostsOf = (region: string, part = 0): string =>
  `light-hosts-${region}${part === 0 ? '' : `-${part + 1}`}`;

/** Programs of the light hosts of a region, by the files that they write. */
export const lightHostLogs = ({ shape }: Pick<BenchStack, 'shape'>, region: string): readonly string[] => {
  const logs: string[] = [];
  for (let part = 0; ; part++) {
    const file = path.join(shape.data.logs, `${lightHostsOf(region, part)}.log`);
    if (!existsSync(file)) return logs;
    logs.push(file);
  }
};

/**
 * Enrols so many hosts in a region and starts them, in processes that end with the stack; until each has reported. Half of
 * them begin with the second gateway, where there are two.
 */
export async function startLightHosts(
  stack: BenchStack,
  region: string,
  count: number,
  signal: AbortSignal,
  gateways: readonly URL[] = [gatewayOf(stack, region)],
): Promise<void> {
  const { shape } = stack;
  const url = databaseUrl(shape, regionDatabase(region));
  const database = await connectRegionDatabase({ url, applicationName: 'slipway-bench', maxConnections: 4 });
  try {
    const names = Array.from({ length: count }, (_, index) => `${region}-${index + 1}`);
    const { authority } = await authorityOf(stack, regionName(region));
    const enroll = (host: string) => enrollWithKey(database, authority, hostId(host));
    const hosts = await inTurns(names, enroll);
    const parts = Math.ceil(count / hostsOfProcess);
    for (let part = 0; part < parts; part++)
      await startProcess(stack, part, {
        region,
        gateways: gateways.map(({ href }) => href),
        betweenStartsMs: betweenStartsMs * parts,
        rootFile: path.join(shape.data.keys, 'root.json'),
        partlyWellFile: partlyWellFile(stack),
        localAddress: `127.0.1.${part + 1}`,
        hosts: hosts.slice(part * hostsOfProcess, (part + 1) * hostsOfProcess),
      });
    await until(`${count} hosts of ${region} to report`, { limitMs: startMs, signal }, async () => {
      const silent = await database.em.fork().count(HostRecord, { reportedAt: null });
      return silent === 0 ? true : undefined;
    });
  } finally {
    await database.close(true);
  }
}

export function authorityOf({ shape }: BenchStack, region: RegionName): Promise<RegionAuthority> {
  const at = (file: string): string => path.join(shape.data.keys, file);
  return readRegionAuthority({ region, authorityKeyFile: at(keyFiles.authority(region)), rootFile: at(keyFiles.root) });
}

/** By the region's own hand: thousands of hosts enrol at once, without a token each. */
export async function enrollWithKey(
  database: Database,
  authority: CertificateAuthority,
  host: HostId,
  labels: Selector = { role: 'web' },
): Promise<CertifiedHost> {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const life = lifeFrom(Date.now(), lifeMs);
  const identity = { key: keyDigest(publicKey), machine: null, expiresAtMs: life.notAfterMs };
  await enrollHost(database, host, labels, identity);
  const certificate = await authority.certifyHost(host, publicKey, life);
  return { host, key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string, certificate };
}

/** A hundred at a time: thousands would wait for four connections. */
export async function inTurns<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (let from = 0; from < items.length; from += 100)
    results.push(...(await Promise.all(items.slice(from, from + 100).map(work))));
  return results;
}

export const gatewayOf = ({ shape }: BenchStack, region: string): URL =>
  new URL(new URL(controlPrograms(shape).find(({ name }) => name === `gateway-${region}`)!.readyUrl!).origin);

async function startProcess(stack: BenchStack, part: number, fleet: Fleet): Promise<void> {
  const { shape, supervision } = stack;
  const { data, projectRoot } = shape;
  const name = lightHostsOf(fleet.region, part);
  const fleetFile = writeSecret(path.join(data.root, 'run', `${name}.json`), JSON.stringify(fleet));
  const entry = path.join(import.meta.dirname, 'light-hosts-main.ts');
  stack.adopt(
    await superviseProcess({
      ...supervision,
      name,
      command: {
        title: name,
        file: process.execPath,
        args: ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=32', entry, fleetFile],
        env: { PATH: process.env['PATH'] ?? '', ...smallConnections },
        cwd: projectRoot,
        stopSignal: 'SIGTERM',
      },
      logFile: path.join(data.logs, `${name}.log`),
      ready: async () => undefined,
    }),
  );
}
