import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { judgeRules } from '../../../domain/plan/judge-rules.ts';
import { regionName, releaseNumber, serviceName } from '../../../domain/names.ts';
import { ServiceRegion } from '../../../infra/postgres/central/entities.ts';
import { createFreezeBook } from '../../../infra/postgres/central/freeze-book.ts';
import { createRegionSummaries } from '../../../infra/postgres/central/api-summaries.ts';
import { addService } from '../../../test/central-database.ts';
import { codeOf, signIn } from '../../../test/control-api.ts';
import { noHosts, openPlannedService, parsed, type PlannedService } from './planned-service.fixture.ts';

let at: PlannedService;
beforeAll(async () => void (at = await openPlannedService()));
afterAll(() => at.close());

test('a plan says what a deployment would do, and changes nothing', async () => {
  const { status, body } = await at.get('checkout/plan');
  expect(status).toBe(200);
  expect(body).toMatchObject({
    service: 'checkout',
    release: 1,
    from: null,
    kind: 'rollout',
    totalBytes: 1_024,
    ahead: 2,
    lock: null,
    commit: { subject: 'Fix', authors: ['lin'] },
    stages: [
      {
        name: 'canary',
        regions: [{ region: 'eu-west', hosts: 3, absent: 1, batches: [1, 2] }],
        batches: ['1', '100%'],
        bakeMs: 120_000,
      },
      { name: 'world', regions: [{ region: 'ap-south', hosts: null }], batches: ['100%'] },
    ],
    approval: { quorum: 1, roles: ['release-owner'] },
    tookMs: null,
  });
  expect(body.judge).toEqual(parsed.ok && judgeRules(parsed.spec));
  expect((await at.get('checkout/plan?release=1')).body.digest).toBe(body.digest);
});

test('a plan for some of the regions has their stages only, and another digest', async () => {
  const { status, body } = await at.get('checkout/plan?regions=ap-south');
  expect(status).toBe(200);
  expect(body.stages).toMatchObject([{ name: 'world', regions: [{ region: 'ap-south' }] }]);
  expect(body.digest).not.toBe((await at.get('checkout/plan')).body.digest);
  const drain = (value: string | null) =>
    at.central.database.em.fork().execute(`update region set drain = ?::jsonb where name = 'ap-south'`, [value]);
  await drain(JSON.stringify({ by: 'olga', reason: 'moves', since: '2026-11-27T00:00:00.000Z' }));
  const drained = await at.get('checkout/plan?regions=ap-south');
  expect([drained.status, drained.body.detail, drained.body.next]).toEqual([
    409,
    "checkout@1 can't be planned: ap-south is being drained: nothing new begins there",
    'Have an operator take it up again: slipway undrain region ap-south --reason …. Or deploy to other regions.',
  ]);
  await drain(null);
  const nowhere = await at.get('checkout/plan?regions=moon');
  expect([nowhere.status, nowhere.body.detail]).toEqual([
    409,
    "checkout@1 can't be planned: checkout does not go to moon: its regions are eu-west, ap-south",
  ]);
  const asked = { token: at.token, body: { release: 1, regions: ['moon'] } };
  const deployed = await at.api.ask('/v1/services/checkout/deployments', asked);
  expect([deployed.status, codeOf(deployed)]).toEqual([409, 'refused']);
  const dialog = await at.get('checkout/dialog?verb=deploy&regions=ap-south');
  expect(dialog.body.digest).not.toBe((await at.get('checkout/dialog?verb=deploy')).body.digest);
});

test.each([
  ['checkout/plan?regions=ap-south,ap-south', 400, 'invalid-request'],
  ['checkout/plan?release=9', 404, 'release-not-found'],
  ['checkout/plan?release=2', 409, 'release-not-ready'],
  ['nothing/plan', 404, 'not-found'],
  ['checkout/dialog?verb=abort', 400, 'invalid-request'],
  ['checkout/dialog?verb=abort&deployment=9', 404, 'not-found'],
  ['checkout/dialog?verb=dance', 400, 'invalid-request'],
  ['nothing/dialog?verb=lock', 404, 'not-found'],
  ['checkout/deployments/9/timeline', 404, 'not-found'],
  ['checkout/releases/9/log', 404, 'not-found'],
  ['checkout/releases/2/log', 404, 'not-found'],
])('%s is answered with %i %s', async (address, status, code) => {
  const answer = await at.get(address);
  expect([answer.status, codeOf(answer)]).toEqual([status, code]);
});

test('only a release that is being built is waited for', async () => {
  const next = async () => String((await at.get('checkout/plan?release=2')).body.next);
  expect(await next()).toMatch(/^Wait until it is built, or choose one that is ready: slipway list releases /);
  const became = (state: string) =>
    at.central.database.em
      .fork()
      .execute(`update release set state = ? where service = 'checkout' and number = 2`, [state]);
  await became('retired');
  expect(await next()).toBe('Choose one that is ready: slipway list releases --service checkout');
  await became('building');
});

test('a plan that moved is not deployed, nor what a dialog no longer means', async () => {
  const moved = `sha256:${'9'.repeat(64)}`;
  for (const body of [{ plan: moved }, { dialog: moved }]) {
    const answer = await at.api.ask('/v1/services/checkout/deployments', {
      token: at.token,
      body: { release: 1, ...body },
    });
    expect([answer.status, codeOf(answer)]).toEqual([409, 'state-changed']);
  }
});

test('a dialog says who may not do it', async () => {
  const guest = await signIn(at.central.database, 'guest');
  const { body } = await at.api.ask('/v1/services/checkout/dialog?verb=lock', { token: guest });
  expect(body.refused).toBe(
    'guest needs the role deployer or release-owner. An owner of checkout or an operator can grant it: slipway grant guest --role deployer --service checkout',
  );
});

test('a deploy is another one when it is a roll-forward: what was shown of the one is not sent as the other', async () => {
  const dialogOf = async (query: string) => (await at.get(`checkout/dialog?verb=deploy&release=1${query}`)).body;
  const [rollout, forward] = [await dialogOf(''), await dialogOf('&kind=roll-forward')];
  expect(forward.title).toBe('Roll checkout forward to @1?');
  expect(forward.idempotencyKey).not.toBe(rollout.idempotencyKey);
  const sent = { release: 1, kind: 'roll-forward', dialog: rollout.digest };
  const answer = await at.api.ask('/v1/services/checkout/deployments', { token: at.token, body: sent });
  expect([answer.status, codeOf(answer)]).toEqual([409, 'state-changed']);
});

test('a rollback is shown with the hosts of the regions where the service was finished, as its plan goes there', async () => {
  const name = 'returns';
  const other = serviceName(name);
  const { database } = at.central;
  await addService(database, name);
  const hosts = (total: number) => ({ ...noHosts, total, healthy: total });
  const reported = { service: other, generation: 1, running: [] };
  for (const [region, total] of [
    ['eu-west', 4],
    ['ap-south', 7],
  ] as const)
    await createRegionSummaries(database).store({
      region,
      sequence: 100,
      at: new Date().toISOString(),
      services: [{ ...reported, hosts: hosts(total) }],
    } as never);
  // Only in eu-west a deployment was finished; what ap-south reports is of one that was undone there.
  const intent = { service: other, intendedAt: new Date(), intent: {} as never };
  const em = database.em.fork();
  await em.insert(ServiceRegion, { ...intent, region: regionName('eu-west'), release: releaseNumber(2) });
  await em.insert(ServiceRegion, { ...intent, region: regionName('ap-south') });
  const { body } = await at.get(`${name}/dialog?verb=rollback`);
  expect(body.confirm).toBe('Roll back 4 hosts');
  expect((body.lines as { text: string }[])[0]?.text).toContain('4 hosts go back');
  expect((body.lines as { text: string }[])[0]?.text).toContain('in 1 region (eu-west)');
});

test('a deploy of what is frozen is refused in its dialog already, which offers to wait', async () => {
  const once = { every: 'once', from: '2026-11-24T12:00:00.000Z', until: null } as const;
  const freeze = { kind: 'freeze', owner: 'mo', reason: 'holidays', policy: 'hold', when: once, key: 'k1' } as const;
  const book = createFreezeBook(at.central.database);
  const added = await book.add({ ...freeze, scope: { services: [], regions: [regionName('ap-south')] } }, new Date());
  const dialogOf = async (more = '') => (await at.get(`checkout/dialog?verb=deploy${more}`)).body;
  const text = 'frozen since 2026-11-24 12:00 UTC by mo: "holidays"';
  expect(await dialogOf()).toMatchObject({ refused: text, mayWaitFor: ['freeze'] });
  expect(await dialogOf('&queue=true')).toMatchObject({ refused: null, mayWaitFor: ['freeze'] });
  expect(await dialogOf('&regions=eu-west')).not.toHaveProperty('mayWaitFor');
  await book.end(added.freeze, { by: 'mo', reason: 'over', key: 'k2' }, new Date());
  expect(await dialogOf()).not.toHaveProperty('mayWaitFor');
});
