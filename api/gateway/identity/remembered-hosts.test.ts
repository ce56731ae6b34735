import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import type { ShownIdentity } from '../../../agent/gateway/gateway-connection.ts';
import { hostId } from '../../../domain/names.ts';
import { revokeHost } from '../../../infra/postgres/region/identity-decisions.ts';
import { identityChannel } from '../../../infra/postgres/region/identity-channel.ts';
import type { PollResponse } from '../../../protocol/gateway.ts';
import { HostIdentityRecord, HostRecord } from '../../../infra/postgres/region/entities/hosts.ts';
import { startGateway, type TestGateway } from '../../../test/gateway.ts';
import { enrollWithCertificate } from '../../../test/host-certificates.ts';
import { createRegionDatabase, type TestRegionDatabase } from '../../../test/region-database.ts';

const a = hostId('a');
let here: TestRegionDatabase;
let identity: ShownIdentity;
let gateways: readonly [TestGateway, TestGateway];
beforeAll(async () => {
  here = await createRegionDatabase();
});
afterAll(() => here.close());
beforeEach(async () => {
  await here.database.em.fork().execute('truncate host, host_identity, host_service');
  gateways = [await startGateway(here), await startGateway(here)];
  identity = await enrollWithCertificate(here.database, a);
});
afterEach(() => Promise.all(gateways.map((gateway) => gateway.close())));

let sequence = 0;
const report = async (gateway: TestGateway, bootId = 'one'): Promise<number> => {
  const body = { sequence: ++sequence, bootId, agentVersion: '1', services: [] };
  // A host that is kept out has its connections ended, too.
  return (await gateway.post('/v1/reports', identity, body).catch(() => ({ status: 0 }))).status;
};
async function labelsAt(gateway: TestGateway): Promise<Record<string, string>> {
  const { body } = await gateway.post('/v1/poll', identity, { known: [], waitMs: 0 });
  return (body as PollResponse).labels;
}
const remember = async (): Promise<void> => {
  for (const gateway of gateways) for (let times = 0; times < 2; times++) expect(await report(gateway)).toBe(204);
};
const keptOut = async (): Promise<number[]> => {
  for (const gateway of gateways) while ((await report(gateway)) !== 403) await delay(5);
  return Promise.all(gateways.map(async (gateway) => (await gateway.get('/metrics', null)).status));
};
const stateOf = async () => here.database.em.fork().findOneOrFail(HostIdentityRecord, { host: a });

describe('two gateways that remember a host', () => {
  test('go by what they remember until they are told that it is another', async () => {
    const em = here.database.em.fork();
    const label = (version: number) => em.nativeUpdate(HostRecord, a, { labels: { version: String(version) } });
    for (const gateway of gateways) {
      let version = 0;
      do {
        await label(++version);
        await labelsAt(gateway);
        await label(++version); // nobody is told
      } while ((await labelsAt(gateway))['version'] !== String(version - 1));
      await em.execute(`select pg_notify('${identityChannel}', 'a')`);
      while ((await labelsAt(gateway))['version'] !== String(version)) await delay(5);
    }
    expect((await stateOf()).revokedAt).toBeNull();
  });

  test('both keep it out once it is revoked, though nobody holds a poll', async () => {
    await remember();
    await revokeHost(here.database, { host: a, by: 'ada', reason: 'lost' });
    expect(await keptOut()).toEqual([200, 200]);
  });

  test('keep it out, and end its poll, when the word of the revocation was lost', async () => {
    await remember();
    await here.database.em.fork().nativeUpdate(HostIdentityRecord, { host: a }, { revokedAt: new Date() });
    expect(await keptOut()).toEqual([200, 200]);
  });

  test('keep it out when one of them has seen that its disk was copied', async () => {
    await remember();
    const [one, other] = gateways;
    expect(await report(one, 'two')).toBe(204);
    expect(await report(other, 'one')).toBe(403);
    expect(await report(one, 'two')).toBe(403);
    expect((await stateOf()).quarantine).toMatch(/boot one goes on/);
  });
});
