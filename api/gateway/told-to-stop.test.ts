import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { regionName } from '../../domain/names.ts';
import { createTrust } from '../../infra/keys/create-trust.ts';
import { claimRegion } from '../../infra/postgres/region/region-database.ts';
import { until } from '../../test/crash/run/patience.ts';
import { startGatewayProgram, type GatewayProgram } from '../../test/gateway-program.ts';
import { patienceMs } from '../../test/patience.ts';
import { createRegionDatabase, type TestRegionDatabase } from '../../test/region-database.ts';
import { within } from '../../test/slowness.ts';
import { openSwitchablePort, type SwitchablePort } from '../../test/switchable-port.ts';

const region = regionName('eu-west');
let here: TestRegionDatabase;
let door: SwitchablePort;
let folder: string;
let gateway: GatewayProgram;

beforeAll(async () => {
  here = await createRegionDatabase();
  await claimRegion(here.database.em, region);
  const address = new URL(here.url);
  door = await openSwitchablePort({ host: address.hostname, port: Number(address.port) });
  address.port = String(door.port);
  folder = await mkdtemp(path.join(tmpdir(), 'slipway-told-to-stop-'));
  await createTrust(path.join(folder, 'keys'), [region], new Date());
  await mkdir(path.join(folder, 'store'));
  gateway = await startGatewayProgram({ region, databaseUrl: address.href, folder });
});
afterAll(async () => {
  await gateway?.program.end('SIGKILL');
  await door?.down();
  await here?.close();
  await rm(folder, { recursive: true });
});

/** Of goals, of what is to be read, and of hosts. */
const listeners = 3;
async function listening(): Promise<true | undefined> {
  const found = await here.database.em.fork().execute(`select pid from pg_stat_activity
    where datname = current_database() and application_name = 'slipway-listen' and query ilike 'listen%'`);
  return found.length === listeners || undefined;
}

test('a gateway that is told to stop while its database says nothing ends within seconds', async () => {
  await until('it to listen', patienceMs, listening);
  door.silence();
  const toldAt = performance.now();
  expect(await gateway.program.end('SIGTERM')).toBe(0);
  expect(performance.now() - toldAt).toBeLessThan(within(8_000, { otherwiseMs: 60_000 }));
});
