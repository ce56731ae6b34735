import { generateKeyPairSync } from 'node:crypto';
import path from 'node:path';
import type { ShownIdentity } from '../../agent/gateway/gateway-connection.ts';
import { lifeFrom } from '../../domain/host-identity/certificate-life.ts';
import { hostId, regionName, type HostId, type RegionName } from '../../domain/names.ts';
import type { CertificateAuthority } from '../../infra/keys/certificate-authority.ts';
import { keyFiles } from '../../infra/keys/create-trust.ts';
import { readRegionAuthority, type RegionAuthority } from '../../infra/keys/region-authority.ts';
import { controlPrograms, databaseUrl, regionDatabase } from '../../infra/local/programs.ts';
import { writeSecret } from '../../infra/local/stack-secrets.ts';
import { superviseProcess } from '../../infra/local/supervised-process.ts';
import type { Database } from '../../infra/postgres/connect.ts';
import { enrollHost } from '../../infra/postgres/region/enroll-host.ts';
import { connectRegionDatabase } from '../../infra/postgres/region/region-database.ts';
import { HostRecord } from '../../infra/postgres/region/tables.ts';
import { keyDigest } from '../../protocol/host-identity.ts';
import { until } from '../frame/until.ts';
import type { BenchStack } from '../stack/bench-stack.ts';
import { partlyWellFile } from './partly-well.ts';

/** What the process of one region's light hosts is given, as a file: keys are no arguments. */
export interface Fleet {
  readonly region: string;
  readonly gateway: string;
  readonly rootFile: string;
  readonly partlyWellFile: string;
  readonly hosts: readonly CertifiedHost[];
}

export interface CertifiedHost extends ShownIdentity {
  readonly host: string;
}

const startMs = 300_000;
const lifeMs = 7 * 86_400_000;

/** The program of a region's light hosts. */
export const lightHostsOf = (region: string): string => `light-hosts-${region}`;

/** Enrols so many hosts in a region and starts them, in a process that ends with the stack; until each has reported. */
export async function startLightHosts(
  stack: BenchStack,
  region: string,
  count: number,
  signal: AbortSignal,
): Promise<void> {
  const { shape } = stack;
  const url = databaseUrl(shape, regionDatabase(region));
  const database = await connectRegionDatabase({ url, applicationName: 'slipway-bench', maxConnections: 4 });
  try {
    const names = Array.from({ length: count }, (_, index) => `${region}-${index + 1}`);
    const { authority } = await authorityOf(stack, regionName(region));
    const enroll = (host: string) => enrollWithKey(database, authority, hostId(host));
    await startProcess(stack, region, await Promise.all(names.map(enroll)));
    await until(`${count} hosts of ${region} to report`, { limitMs: startMs, signal }, async () => {
      const silent = await database.em.fork().count(HostRecord, { reportedAt: null });
      return silent === 0 ? true : undefined;
    });
  } finally {
    await database.close(true);
  }
}

function authorityOf({ shape }: BenchStack, region: RegionName): Promise<RegionAuthority> {
  const at = (file: string): string => path.join(shape.data.keys, file);
  return readRegionAuthority({ region, authorityKeyFile: at(keyFiles.authority(region)), rootFile: at(keyFiles.root) });
}

/** By the region's own hand: thousands of hosts enrol at once, without a token each. */
async function enrollWithKey(
  database: Database,
  authority: CertificateAuthority,
  host: HostId,
): Promise<CertifiedHost> {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const life = lifeFrom(Date.now(), lifeMs);
  const identity = { key: keyDigest(publicKey), machine: null, expiresAtMs: life.notAfterMs };
  await enrollHost(database, host, { role: 'web' }, identity);
  const certificate = await authority.certifyHost(host, publicKey, life);
  return { host, key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string, certificate };
}

async function startProcess(stack: BenchStack, region: string, hosts: Fleet['hosts']): Promise<void> {
  const { shape, supervision } = stack;
  const { data, projectRoot } = shape;
  const gateway = controlPrograms(shape).find(({ name }) => name === `gateway-${region}`)!;
  const fleet: Fleet = {
    region,
    gateway: new URL(gateway.readyUrl!).origin,
    rootFile: path.join(data.keys, 'root.json'),
    partlyWellFile: partlyWellFile(stack),
    hosts,
  };
  const fleetFile = writeSecret(path.join(data.root, 'run', `light-hosts-${region}.json`), JSON.stringify(fleet));
  const name = lightHostsOf(region);
  const entry = path.join(import.meta.dirname, 'light-hosts-main.ts');
  stack.adopt(
    await superviseProcess({
      ...supervision,
      name,
      command: {
        title: name,
        file: process.execPath,
        args: ['--disable-warning=ExperimentalWarning', entry, fleetFile],
        env: { PATH: process.env['PATH'] ?? '' },
        cwd: projectRoot,
        stopSignal: 'SIGTERM',
      },
      logFile: path.join(data.logs, `${name}.log`),
      ready: async () => undefined,
    }),
  );
}
