import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { deploymentNumber, serviceName } from '../../domain/names.ts';
import { Deployment } from '../../infra/postgres/central/entities.ts';
import { createFreezeBook } from '../../infra/postgres/central/freeze-book.ts';
import { addService } from '../../test/central-database.ts';
import { startTestCli, type Ran, type TestCli } from '../test-cli.fixture.ts';
import { openDeployment, queueDeployment } from '../test-deployments.fixture.ts';

/** Temporal is away: what is held is on record all the same. */
let cli: TestCli;
beforeAll(async () => {
  cli = await startTestCli();
  await addService(cli.central.database, 'cart');
});
afterAll(() => cli.close());
beforeEach(async () => {
  const book = createFreezeBook(cli.central.database);
  const { freezes } = await book.readFleet(new Date());
  for (const { freeze } of freezes) await book.end(freeze, { by: 'test', reason: 'over', key: 'k' }, new Date());
});

const owner = (args: string): Promise<Ran> => cli.slipway(args, { SLIPWAY_TOKEN: cli.tokens.mo });
const lines = ({ stdout }: Ran): string[] => stdout.trim().split('\n');

test('an idle fleet says that nothing is frozen', async () => {
  const { code, stdout } = await cli.slipway('fleet');
  expect([code, stdout]).toEqual([0, 'Nothing is frozen, and the line runs.\n']);
});

test('a freeze says what was accepted and from when, is listed, and is ended by its number', async () => {
  const added = await owner('freeze --reason holidays --services cart --until 2h --policy finish --yes');
  expect(added.code).toBe(0);
  const [accepted, inEffect, next] = lines(added);
  expect(accepted).toMatch(/^accepted {3}freeze \d+: cart, \S+ \S+ UTC until \S+ \S+ UTC$/);
  expect(inEffect).toBe('in effect  now: nothing begins, deployments in progress go on to their end');
  const number = /unfreeze (\d+)/.exec(next ?? '')?.[1];
  expect((await cli.slipway('fleet')).stdout).toMatch(
    new RegExp(`^FREEZES 1\\n  ${number}  now until \\S+ \\S+ UTC  cart  finish  mo: "holidays"`),
  );
  expect(lines(await owner(`unfreeze ${number} --reason over`))[0]).toBe(`accepted   freeze ${number} has ended`);
  expect((await cli.slipway('fleet')).stdout).toMatch(/^Nothing is frozen/);
});

test('one that recurs says when it begins', async () => {
  const added = await owner('freeze --reason weekend --yearly 02-29..02-29 --zone Asia/Kolkata --yes --json');
  expect(JSON.parse(added.stdout)).toMatchObject({
    schema: 'slipway.freeze/v1',
    data: { when: { every: 'year', from: '02-29', to: '02-29', timeZone: 'Asia/Kolkata' } },
  });
  const said = lines(await owner('freeze --reason weekend --yearly 02-29..02-29 --zone Asia/Kolkata --yes'));
  expect(said[1]).toMatch(/^in effect {2}from \d{4}-\d\d-\d\d 18:30 UTC on$/);
});

test('a stopped line stands above all else, refuses a deploy with exit code 3, and is started again', async () => {
  await openDeployment(cli);
  expect(lines(await cli.slipway('stop-the-line --reason INC-7 --until 2h --yes'))[0]).toMatch(
    /^accepted {3}the line is stopped by ada until \d{4}-\d\d-\d\d \d\d:\d\d UTC: "INC-7"$/,
  );
  expect((await cli.slipway('stop-the-line --reason INC-7 --yes')).code).toBe(0);
  const status = await cli.slipway('status');
  expect(lines(status)[0]).toMatch(/^THE LINE IS STOPPED since .* by ada: "INC-7"$/);
  expect(lines(await cli.slipway('fleet'))[0]).toMatch(/^THE LINE IS STOPPED since .* by ada: "INC-7"$/);
  const started = await cli.slipway('start-the-line --reason over');
  expect(lines(started).slice(0, 2)).toEqual([
    'accepted   the line runs',
    'in effect  now: what waited for it goes on by itself',
  ]);
});

test('what an earlier version has begun is named to who looks and who stops the line, with what holds it', async () => {
  const deployment = await openDeployment(cli);
  const key = { service: serviceName('checkout'), number: deploymentNumber(Number(deployment)) };
  const regions = [{ region: 'eu-west' }] as never;
  await cli.central.database.em
    .fork()
    .nativeUpdate(Deployment, key, { state: 'rolling', regions, startedAt: new Date() });
  const named = [
    'NOT HELD BY ANY FREEZE 1: begun by an earlier version of Slipway',
    expect.stringMatching(new RegExp(`^ {2}checkout/${deployment} +eu-west +\\d.*$`)),
    `  Do: slipway pause checkout/${deployment}`,
  ];
  expect(lines(await cli.slipway('fleet'))).toEqual([...named, 'Nothing is frozen, and the line runs.']);
  expect(lines(await cli.slipway('stop-the-line --reason INC-7 --yes')).slice(-3)).toEqual(named);
  await cli.central.database.em.fork().nativeUpdate(Deployment, key, { outcome: 'succeeded' });
});

test('a pass lets one deployment go, for a reason', async () => {
  const number = await queueDeployment(cli);
  const { code, stdout } = await owner(`pass checkout/${number} --reason INC-7`);
  expect(code).toBe(0);
  expect(stdout.split('\n')[0]).toBe(`accepted   checkout/${number} passes, by mo: "INC-7"`);
});

test.each([
  ['freeze --reason x', 2, /give --yes/],
  ['freeze --reason x --weekly "fri 18:00-06:00" --yes', 2, /need --zone/],
  ['freeze --reason x --policy explode --yes', 2, /--policy should be one of finish, hold, undo/],
  ['freeze --yes', 2, /--reason/],
  ['unfreeze checkout --reason x', 2, /should be the number of a freeze/],
  ['unfreeze 999 --reason x', 8, /there is no freeze 999/],
  ['stop-the-line --reason x', 2, /give --yes/],
  ['pass checkout --reason x', 2, /should be a deployment/],
])('%s: exit code %i', async (args, code, why) => {
  const ran = await owner(args);
  expect([ran.code, ran.stdout]).toEqual([code, '']);
  expect(ran.stderr).toMatch(why);
});

test('who may not is told so', async () => {
  const { code, stderr } = await cli.slipway('freeze --reason x --yes');
  expect(code).toBe(4);
  expect(stderr).toMatch(/not-allowed/);
});
