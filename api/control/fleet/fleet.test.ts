import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { deploymentNumber, serviceName } from '../../../domain/names.ts';
import { Release } from '../../../infra/postgres/central/entities.ts';
import { createLaneRecords } from '../../../infra/postgres/central/lane-records.ts';
import {
  addService,
  createCentralDatabase,
  mergeRequest,
  type CentralTestDatabase,
} from '../../../test/central-database.ts';
import { codeOf, signIn, startControlApi, type Asked, type TestControlApi } from '../../../test/control-api.ts';

const service = serviceName('checkout');
let central: CentralTestDatabase;
let api: TestControlApi;
let tokens: Record<'ada' | 'mo' | 'lin', string>;

/** Temporal is away: whatever is on record here was not lost with it. */
beforeEach(async () => {
  central = await createCentralDatabase();
  const { database, url: databaseUrl } = central;
  api = await startControlApi({ database, databaseUrl });
  tokens = {
    ada: await signIn(database, 'ada', 'deployer'),
    mo: await signIn(database, 'mo', 'release-owner'),
    lin: await signIn(database, 'lin', 'deployer'),
  };
  await addService(database, 'cart');
  await createLaneRecords(database).open(mergeRequest('m1'));
  await database.em.fork().nativeUpdate(Release, { service }, { state: 'ready' });
});
afterEach(async () => {
  await api.close();
  await central.close();
});

const post = (person: keyof typeof tokens, path: string, body: unknown, key?: string): Promise<Asked> =>
  api.ask(path, { token: tokens[person], body, ...(key !== undefined && { key }) });
const fleet = async () => (await api.ask('/v1/fleet', { token: tokens.ada })).body;
const once = { every: 'once', until: null };
const deploy = (body: object = {}) => post('ada', '/v1/services/checkout/deployments', { release: 1, ...body });

describe('a freeze', () => {
  test('is on record at once, with who, why, what and until when, although Temporal is away', async () => {
    const until = new Date(Date.now() + 3_600_000).toISOString();
    const added = await post('mo', '/v1/freezes', {
      reason: 'holidays',
      services: ['cart'],
      when: { every: 'once', until },
    });
    expect(added.status).toBe(202);
    expect(added.body).toMatchObject({
      freeze: 1,
      kind: 'freeze',
      owner: 'mo',
      reason: 'holidays',
      policy: 'hold',
      services: ['cart'],
      inEffect: { until },
    });
    expect(await fleet()).toMatchObject({ stopped: null, freezes: [{ freeze: 1 }], running: [], waiting: [] });
  });

  test('is refused where it names what is not there, and nothing is frozen', async () => {
    const body = { reason: 'r', services: ['cart', 'chekout'], regions: ['eu-west', 'eu-wst'], when: once };
    const refused = await post('mo', '/v1/freezes', body);
    expect([refused.status, codeOf(refused)]).toEqual([400, 'invalid-request']);
    expect(refused.body).toMatchObject({
      detail: 'there is no service chekout, there is no region eu-wst: nothing would be frozen there',
      errors: [{ path: 'services' }, { path: 'regions' }],
    });
    expect(await fleet()).toMatchObject({ freezes: [] });
  });

  test('is added once by a request that is repeated', async () => {
    const body = { reason: 'holidays', when: once };
    const [one, two] = await Promise.all([
      post('mo', '/v1/freezes', body, 'key-of-mine'),
      post('mo', '/v1/freezes', body, 'key-of-mine'),
    ]);
    expect(one.body.freeze).toBe(two.body.freeze);
    expect((await fleet()).freezes).toHaveLength(1);
  });

  test.each<[string, object]>([
    ['another reason', { reason: 'inventory' }],
    ['another policy', { policy: 'finish' }],
    ['other services', { services: ['cart'] }],
    ['other regions', { regions: [] }],
    ['another end', { when: { every: 'once', until: '2027-02-01T00:00:00Z' } }],
    ['another beginning', { when: { ...once, from: '2026-12-26T00:00:00Z' } }],
  ])('is not what a key with %s stands for: that is refused, and nothing is added', async (_, changed) => {
    const body = {
      reason: 'holidays',
      services: [],
      regions: ['eu-west'],
      when: { ...once, from: '2026-12-25T00:00:00Z' },
    };
    expect((await post('mo', '/v1/freezes', body, 'key-of-mine')).body).toMatchObject({ freeze: 1 });
    const refused = await post('mo', '/v1/freezes', { ...body, ...changed }, 'key-of-mine');
    expect([refused.status, codeOf(refused)]).toEqual([422, 'key-reused']);
    expect(refused.body).toMatchObject({ detail: 'it was used to add another freeze' });
    expect((await post('mo', '/v1/freezes', body, 'key-of-mine')).body).toMatchObject({ freeze: 1 });
    expect((await fleet()).freezes).toHaveLength(1);
  });

  test('is for a release-owner to set and to end', async () => {
    expect(codeOf(await post('ada', '/v1/freezes', { reason: 'me', when: once }))).toBe('not-allowed');
    await post('mo', '/v1/freezes', { reason: 'holidays', when: once });
    expect(codeOf(await post('ada', '/v1/freezes/1/end', { reason: 'me' }))).toBe('not-allowed');
    expect((await post('mo', '/v1/freezes/1/end', { reason: 'over' })).body).toMatchObject({ ended: { by: 'mo' } });
    expect((await post('mo', '/v1/freezes/1/end', { reason: 'again' })).body).toMatchObject({
      ended: { reason: 'over' },
    });
    expect((await fleet()).freezes).toEqual([]);
  });

  test.each([
    [{ when: once }, 'reason'],
    [{ reason: 'x', when: { every: 'once', until: '2020-01-01T00:00:00Z' } }, 'when.until'],
    [{ reason: 'x', when: { every: 'week', days: ['mon'], from: '9', to: '17:00', timeZone: 'UTC' } }, 'when.from'],
    [
      { reason: 'x', when: { every: 'week', days: ['mon'], from: '09:00', to: '17:00', timeZone: '+02:00' } },
      'when.timeZone',
    ],
    [{ reason: 'x', when: { every: 'week', days: ['mon'], from: '09:00', to: '09:00', timeZone: 'UTC' } }, 'when.to'],
    [{ reason: 'x', when: { every: 'year', from: '02-30', to: '03-01', timeZone: 'UTC' } }, 'when.from'],
    [{ reason: 'x', when: once, services: ['Cart'] }, 'services.0'],
    [{ reason: 'x', when: once, policy: 'explode' }, 'policy'],
  ])('%j is refused at %s', async (body, path) => {
    const asked = await post('mo', '/v1/freezes', body);
    expect(codeOf(asked)).toBe('invalid-request');
    expect(asked.body.errors).toEqual(expect.arrayContaining([expect.objectContaining({ path })]));
  });

  test.each(['9', '0', 'x', '1e3', '99999999999', '-99999999999'])(
    'of number %s there is none to end',
    async (number) => {
      expect(codeOf(await post('mo', `/v1/freezes/${number}/end`, { reason: 'x' }))).toBe('not-found');
    },
  );
});

describe("a person's deployment of what is frozen", () => {
  test('is refused, with who, why and until when', async () => {
    const until = new Date(Date.now() + 3_600_000).toISOString();
    await post('mo', '/v1/freezes', { reason: 'holidays', when: { every: 'once', until } });
    const refused = await deploy();
    expect([refused.status, codeOf(refused)]).toEqual([409, 'frozen']);
    expect(refused.body.detail).toMatch(/^checkout: frozen since .* by mo until .*: "holidays"$/);
    expect(refused.body.next).toMatch(/queue/);
  });

  test('is taken when they queue it, or when the freeze is about others', async () => {
    await post('mo', '/v1/freezes', { reason: 'holidays', when: once });
    // Past every refusal: the lane can't be asked, as Temporal is away.
    expect(codeOf(await deploy({ queue: true }))).toBe('unavailable');
    await post('mo', '/v1/freezes/1/end', { reason: 'over' });
    await post('mo', '/v1/freezes', { reason: 'cart only', services: ['cart'], when: once });
    await post('mo', '/v1/freezes', { reason: 'elsewhere', regions: ['ap-south'], when: once });
    expect(codeOf(await deploy())).toBe('unavailable');
  });

  test('is not refused as a hotfix or a rollback', async () => {
    await post('mo', '/v1/freezes', { reason: 'holidays', when: once });
    const hotfix = await post('mo', '/v1/services/checkout/hotfix', { release: 1, reason: 'INC-7', active: 'undo' });
    expect(codeOf(hotfix)).toBe('unavailable');
    expect(codeOf(await post('ada', '/v1/services/checkout/rollback', {}))).toBe('unavailable');
  });
});

describe('the line', () => {
  test('is stopped by anybody who may deploy, once, and says so to whoever deploys', async () => {
    const stopped = await post('ada', '/v1/fleet/stop', { reason: 'INC-7' });
    expect(stopped.body).toMatchObject({ kind: 'stop-the-line', owner: 'ada', inEffect: { until: null } });
    expect((await post('mo', '/v1/fleet/stop', { reason: 'me too' })).body).toMatchObject({ owner: 'ada' });
    expect(await fleet()).toMatchObject({ stopped: { owner: 'ada', reason: 'INC-7' } });
    expect((await deploy()).body.detail).toMatch(/^checkout: the line is stopped, since .* by ada: "INC-7"$/);
  });

  test('is started by who stopped it or a release-owner, and by nobody else', async () => {
    await post('ada', '/v1/fleet/stop', { reason: 'INC-7' });
    const refused = await post('lin', '/v1/fleet/start', { reason: 'I want' });
    expect(codeOf(refused)).toBe('not-allowed');
    expect(refused.body.detail).toBe('ada has stopped the line: ada or a release-owner or operator may end that');
    expect((await post('ada', '/v1/fleet/start', { reason: 'over' })).body).toMatchObject({ stopped: null });
    await post('ada', '/v1/fleet/stop', { reason: 'INC-8' });
    expect((await post('mo', '/v1/fleet/start', { reason: 'over' })).body).toMatchObject({ stopped: null });
    expect((await post('lin', '/v1/fleet/start', { reason: 'it runs' })).body).toMatchObject({ stopped: null });
  });
});

describe('a line that is stopped already', () => {
  const inTwoHours = () => new Date(Date.now() + 7_200_000).toISOString();
  const stop = async (person: keyof typeof tokens, body: object) =>
    (await post(person, '/v1/fleet/stop', { reason: 'INC-7', ...body })).body as { freeze: number };

  test('stays as it is for who asks for as much, or less', async () => {
    const { freeze } = await stop('ada', { policy: 'undo' });
    for (const body of [{ policy: 'undo' }, { policy: 'hold' }, { policy: 'finish', until: inTwoHours() }])
      expect(await stop('mo', body)).toMatchObject({ freeze, owner: 'ada' });
    expect((await fleet()).freezes).toHaveLength(1);
  });

  test.each([
    ['is stricter', { policy: 'hold' }, { policy: 'undo' }],
    ['lasts longer', { until: inTwoHours() }, {}],
    ['lasts longer, though it is milder', { policy: 'undo', until: inTwoHours() }, { policy: 'finish' }],
  ])('is stopped once more by what %s, which is said first, and started by one word', async (_, first, second) => {
    const { freeze } = await stop('ada', first);
    const more = await stop('mo', second);
    expect(more).toMatchObject({ owner: 'mo', inEffect: { until: null } });
    expect(more.freeze).not.toBe(freeze);
    const strictest = (second as { policy?: string }).policy === 'finish' ? freeze : more.freeze;
    expect(await fleet()).toMatchObject({ stopped: { freeze: strictest }, freezes: [{}, {}] });
    expect(codeOf(await post('ada', '/v1/fleet/start', { reason: 'mine is over' }))).toBe('not-allowed');
    expect((await fleet()).freezes).toHaveLength(2);
    expect((await post('mo', '/v1/fleet/start', { reason: 'over' })).body).toMatchObject({
      stopped: null,
      freezes: [],
    });
  });
});

test('a key that stopped the line stops it in no other way', async () => {
  const stop = (body: object) => post('ada', '/v1/fleet/stop', body, 'key-of-stop');
  const first = await stop({ reason: 'INC-7' });
  expect((await stop({ reason: 'INC-7' })).body).toEqual(first.body);
  expect(codeOf(await stop({ reason: 'INC-7', policy: 'undo' }))).toBe('key-reused');
  expect((await fleet()).freezes).toHaveLength(1);
});

describe('a repeated start of the line', () => {
  test.each([
    ['that was stopped', true],
    ['that ran', false],
  ])('%s answers, and leaves a stop that came later', async (_, wasStopped) => {
    if (wasStopped) await post('ada', '/v1/fleet/stop', { reason: 'INC-7' });
    const start = () => post('ada', '/v1/fleet/start', { reason: 'over' }, 'key-of-start');
    expect((await start()).body).toMatchObject({ stopped: null });
    await post('ada', '/v1/fleet/stop', { reason: 'INC-8' });
    expect((await start()).body).toMatchObject({ stopped: { owner: 'ada', reason: 'INC-8' } });
  });
});

describe('a pass', () => {
  test('is for a release-owner, names a reason, and is on record', async () => {
    const path = '/v1/services/checkout/deployments/1/pass';
    expect(codeOf(await post('ada', path, { reason: 'now' }))).toBe('not-allowed');
    expect(codeOf(await post('mo', path, { reason: ' ' }))).toBe('invalid-request');
    expect((await post('mo', path, { reason: 'INC-7' })).body).toEqual({
      deployment: 'checkout/1',
      number: deploymentNumber(1),
      by: 'mo',
      reason: 'INC-7',
    });
    const audit = await api.ask('/v1/audit', { token: tokens.ada });
    expect(audit.body.items).toEqual(
      expect.arrayContaining([expect.objectContaining({ verb: 'pass-given', actor: 'mo', object: 'checkout/1' })]),
    );
  });

  test('of a deployment that is not there, or over, is refused', async () => {
    expect(codeOf(await post('mo', '/v1/services/checkout/deployments/9/pass', { reason: 'x' }))).toBe('not-found');
    await createLaneRecords(central.database).cancel({ service, deployment: deploymentNumber(1) }, 'mo', 'not now');
    expect(codeOf(await post('mo', '/v1/services/checkout/deployments/1/pass', { reason: 'x' }))).toBe('refused');
  });
});
