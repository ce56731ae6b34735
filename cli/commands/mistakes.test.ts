import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { problemIn, startTestCli, type TestCli } from '../test-cli.fixture.ts';
import { finish, openDeployment } from '../test-deployments.fixture.ts';

let cli: TestCli;
beforeAll(async () => {
  cli = await startTestCli();
  await finish(cli, await openDeployment(cli), 'cancelled', 'for another day');
});
afterAll(() => cli.close());

test.each([
  ['status nothing', {}, 8],
  ['watch checkout/9999', {}, 8],
  ['abort checkout/9999 --yes', {}, 8],
  ['abort checkout/9999', {}, 2],
  ['reject checkout/9999 --yes', {}, 2],
  ['deploy checkout@404', {}, 8],
  ['deploy Checkout', {}, 2],
  ['pause checkout', {}, 2],
  ['lock checkout', {}, 2],
  ['watch checkout/1 --timeout soon', {}, 2],
  ['watch checkout/1 --until canary', {}, 2],
  ['status --watch --check', {}, 2],
  ['fly checkout', {}, 2],
  ['status --colour', {}, 2],
  ['status', { SLIPWAY_TOKEN: '' }, 2],
  ['status', { SLIPWAY_API: 'nowhere' }, 2],
  ['status', { SLIPWAY_TOKEN: 'unknown' }, 4],
  ['status', { SLIPWAY_API: 'http://127.0.0.1:1' }, 1],
] as const)('%s %o ends with %i, an empty stdout and a problem on stderr', async (args, environment, expected) => {
  const ran = await cli.slipway(`${args} --json`, environment);
  expect([ran.code, ran.stdout]).toEqual([expected, '']);
  expect(problemIn(ran)).toMatchObject({ type: expect.any(String), detail: expect.any(String) });
});

test.each([
  ['list releases', /needs --service/],
  ['list services --state ready', /takes no --state/],
  ['list services --all --cursor x', /--all lists every page: it goes without --cursor/],
  ['list deployments --all --limit 10', /--all lists every page: it goes without --limit/],
  ['list hosts --limit 10', /list hosts takes no --limit/],
  ['list services --region eu-west', /takes no --region; what runs there: slipway status --region eu-west/],
  ['list deployments --state great', /--state of a deployment is one of queued/],
  ['list hosts --state great', /--state of hosts is one of healthy/],
  ['list regions --limit 0', /a number from 1 to 200/],
  ['list cars', /Allowed choices are services/],
  ['show checkout eu-west', /should be one object, or region eu-west/],
  ['logs checkout,', /a service such as checkout or a deployment/],
  ['logs checkout/1 -f', /--follow is for the output of a service: slipway logs checkout/],
  ['logs checkout --lines 9999', /a number from 0 to 1000/],
  ['logs checkout --all --host a', /--all is of every host: it goes without --host/],
  ['deploy checkout --plan 9f2c', /--plan should be the digest/],
  ['completion tcsh', /Allowed choices are bash/],
  ['help cars', /Allowed choices are status/],
])('%s is a mistake that says what is allowed: 2', async (command, message) => {
  const ran = await cli.slipway(command);
  expect([ran.code, ran.stdout]).toEqual([2, '']);
  expect(ran.stderr).toMatch(message);
});

test('a service that is named like a word of the command line is looked for, and not found: 8', async () => {
  expect(await cli.slipway('show region')).toMatchObject({ code: 8, stdout: '', stderr: expect.stringMatching(/./) });
});

test('help needs no token and is no failure', async () => {
  const { code, stdout, stderr } = await cli.slipway('--help', { SLIPWAY_TOKEN: '' });
  expect([code, stderr]).toEqual([0, '']);
  const verbs = 'status deploy watch approve reject pause resume abort rollback lock unlock'.split(' ');
  for (const verb of verbs) expect(stdout).toMatch(new RegExp(`^ {2}${verb} `, 'm'));
});

test('without a verb the verbs are shown, and nothing was done: 2', async () => {
  const { code, stdout, stderr } = await cli.slipway('');
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(/^Usage: slipway[^]+ {2}status /);
  expect(stderr).not.toContain('error');
});
