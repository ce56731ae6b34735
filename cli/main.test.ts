import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { createLaneRecords } from '../infra/postgres/central/lane-records.ts';
import {
  ended,
  finish as finishIn,
  leaveHostsOn as leaveHostsOnIn,
  lockedBy,
  openDeployment as openIn,
  releaseAtRest as releaseAtRestIn,
  service,
  startTestCli,
  type Ran,
  type TestCli,
} from './test-cli.fixture.ts';

let cli: TestCli;
beforeAll(async () => void (cli = await startTestCli()));
afterAll(() => cli.close());
beforeEach(() => cli.freshLane());

const slipway: TestCli['slipway'] = (args, environment) => cli.slipway(args, environment);
const openDeployment = () => openIn(cli);
const finish = (number: number, outcome: Parameters<typeof finishIn>[2], reason: string) =>
  finishIn(cli, number, outcome, reason);
const leaveHostsOn = (number: number) => leaveHostsOnIn(cli, number);
const releaseAtRest = () => releaseAtRestIn(cli);

const problemIn = ({ stderr }: Ran): { type: string; detail: string } =>
  JSON.parse(stderr.trim().split('\n').at(-1)!) as { type: string; detail: string };

test('a change says what was accepted, when it is in effect, and what comes next', async () => {
  const number = await openDeployment();
  const { code, stdout, stderr } = await slipway(`pause checkout/${number} --reason "look at it"`);
  expect(code).toBe(0);
  expect(stdout.split('\n')).toEqual([
    `accepted   checkout/${number}: paused by ada: look at it`,
    'in effect  when the batches that were allowed have ended',
    `next       slipway resume checkout/${number}`,
    '',
  ]);
  expect(stderr).toBe(`${cli.api.url} as ada\n`);
});

test.each([
  ['approve', '', /approved with eyJ/],
  ['resume', '', /resumed with eyJ/],
  ['abort', '', /aborted by mo/],
  ['reject', '--reason "not today"', /rejected by mo/],
])('%s reaches the deployment', async (verb, flags, message) => {
  const number = await openDeployment();
  const ran = await slipway(`${verb} checkout/${number} --yes --json ${flags}`, { SLIPWAY_TOKEN: cli.tokens.mo });
  expect([ran.code, ran.stderr.includes('as mo')]).toEqual([0, true]);
  const document = JSON.parse(ran.stdout) as { schema: string; data: { message: string }; next: string[] };
  expect(document).toMatchObject({ schema: `slipway.${verb}/v1`, data: { deployment: `checkout/${number}` } });
  expect(document.data.message).toMatch(message);
  expect(document.next).toHaveLength(1);
});

test('approving shows on stderr what is agreed to', async () => {
  const number = await openDeployment();
  const { stderr } = await slipway(`approve checkout/${number} --yes`, { SLIPWAY_TOKEN: cli.tokens.mo });
  expect(stderr).toMatch(new RegExp(`^${cli.api.url} as mo\nApprove checkout/${number}`));
});

test('nobody approves a change of their own: 4', async () => {
  const number = await openDeployment();
  const ran = await slipway(`approve checkout/${number} --yes --json`, { SLIPWAY_TOKEN: cli.tokens.lin });
  expect([ran.code, ran.stdout]).toEqual([4, '']);
  expect(problemIn(ran)).toMatchObject({ type: expect.stringMatching(/\/own-change$/) });
});

test('a locked lane refuses a deploy with its reason and the way out: 3', async () => {
  expect((await slipway('lock checkout --reason INC-7')).code).toBe(0);
  const release = await releaseAtRest();
  const refused = await slipway(`deploy checkout@${release}`);
  expect([refused.code, refused.stdout]).toEqual([3, '']);
  expect(refused.stderr).toMatch(/^error: checkout is locked by ada {2}\(lane-locked, request [\w-]+\)$/m);
  expect(refused.stderr).toContain('Open it: slipway unlock checkout --reason …');
  const queued = await slipway(`deploy checkout@${release} --queue --json`);
  expect(JSON.parse(queued.stdout)).toMatchObject({ data: { lock: { owner: 'ada', reason: 'INC-7' } } });
  expect((await slipway('unlock checkout --reason over --yes')).code).toBe(0);
});

test('a deploy that was refused for a lock goes through once the lock is gone', async () => {
  const release = await releaseAtRest();
  await slipway('lock checkout --reason INC-7');
  await createLaneRecords(cli.central.database).changeLock(lockedBy('mo', 'stored-lock'));
  expect((await slipway(`deploy checkout@${release}`)).code).toBe(3);
  await slipway('unlock checkout --reason over --yes');
  await createLaneRecords(cli.central.database).changeLock({ ...lockedBy('mo', 'stored-unlock'), lock: null });
  expect((await slipway(`deploy checkout@${release}`)).code).toBe(0);
});

test('the same deploy given twice at once is one deployment', async () => {
  const deploy = `deploy checkout@${await releaseAtRest()} --json`;
  const both = await Promise.all([slipway(deploy), slipway(deploy)]);
  const numbers = both.map(({ stdout }) => (JSON.parse(stdout) as { data: { number: number } }).data.number);
  expect(numbers[0]).toBe(numbers[1]);
});

test('a deploy of what is on its way finds it', async () => {
  const number = await openDeployment();
  const release = (await createLaneRecords(cli.central.database).readLane(service))?.open.find(
    ({ deployment }) => deployment === number,
  )?.release;
  const { stdout } = await slipway(`deploy checkout@${release} --json`);
  expect(JSON.parse(stdout)).toMatchObject({ data: { number, repeated: true } });
});

test.each([
  ['succeeded', false, 0],
  ['undone', false, 5],
  ['failed', true, 6],
] as const)('watching one that ended %s ends at once (hosts left on it: %s): %i', async (outcome, left, expected) => {
  const number = await openDeployment();
  if (left) await leaveHostsOn(number);
  await finish(number, outcome, 'because');
  const ran = await slipway(`watch checkout/${number} --json`);
  expect(ran.code).toBe(expected);
  const events = ran.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(events[0]).toMatchObject({ type: 'change', deployment: { number, outcome } });
  expect(events.at(-1)).toMatchObject({ type: 'result', outcome, exitCode: expected });
});

test('watch | cat: a line on each change, and no escape character', async () => {
  const number = await openDeployment();
  const child = cli.start(['watch', `checkout/${number}`]);
  const running = ended(child);
  await once(child.stdout!, 'data');
  await leaveHostsOn(number);
  await finish(number, 'failed', '\u001b[31mred\u001b[0m');
  const { code, stdout } = await running;
  expect(code).toBe(6);
  const lines = stdout.trim().split('\n');
  for (const line of lines)
    expect(line).toMatch(new RegExp(`^\\d\\d:\\d\\d:\\d\\dZ checkout/${number} [^\\p{Cc}]+$`, 'u'));
  expect(lines.map((line) => line.split(' ').slice(2).join(' ')).slice(1)).toEqual(['stuck', 'failed:  [31mred [0m']);
});

test('when the time is up it says what is not ready, and that the deployment goes on: 7', async () => {
  const number = await openDeployment();
  await leaveHostsOn(number);
  const { code, stderr } = await slipway(`watch checkout/${number} --timeout 1s`);
  expect(code).toBe(7);
  expect(stderr).toContain('eu-west undoing');
  expect(stderr).toContain(
    `checkout/${number} goes on. Watch: slipway watch checkout/${number}   Stop it: slipway abort checkout/${number}`,
  );
});

test('Ctrl-C ends the watching and nothing else: 130', async () => {
  const number = await openDeployment();
  const child = cli.start(['watch', `checkout/${number}`]);
  const running = ended(child);
  await once(child.stdout!, 'data');
  child.kill('SIGINT');
  const { code, stderr } = await running;
  expect(code).toBe(130);
  expect(stderr).toContain(`checkout/${number} goes on.`);
});

test('status tells a person in lines and a program in one document', async () => {
  const { code, stdout } = await slipway('status checkout');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^checkout {2}/);
  expect(stdout).toMatch(/^ {2}next {2}slipway \w+/m);
  const document = JSON.parse((await slipway('status --json')).stdout) as { schema: string; asOf: string };
  expect(document).toMatchObject({ schema: 'slipway.status/v1', data: { services: [{ service: 'checkout' }] } });
  expect(new Date(document.asOf).toISOString()).toBe(document.asOf);
});

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
  ['fly checkout', {}, 2],
  ['status --colour', {}, 2],
  ['status', { SLIPWAY_TOKEN: '' }, 2],
  ['status', { SLIPWAY_API: 'nowhere' }, 2],
  ['status', { SLIPWAY_TOKEN: 'unknown' }, 4],
  ['status', { SLIPWAY_API: 'http://127.0.0.1:1' }, 1],
] as const)('%s %o ends with %i, an empty stdout and a problem on stderr', async (args, environment, expected) => {
  const ran = await slipway(`${args} --json`, environment);
  expect([ran.code, ran.stdout]).toEqual([expected, '']);
  expect(problemIn(ran)).toMatchObject({ type: expect.any(String), detail: expect.any(String) });
});

test('help needs no token and is no failure', async () => {
  const { code, stdout } = await slipway('--help', { SLIPWAY_TOKEN: '' });
  expect(code).toBe(0);
  for (const verb of [
    'status',
    'deploy',
    'watch',
    'approve',
    'reject',
    'pause',
    'resume',
    'abort',
    'rollback',
    'lock',
    'unlock',
  ])
    expect(stdout).toMatch(new RegExp(`^ {2}${verb} `, 'm'));
});

test('a token comes from a file, and is never shown', async () => {
  const file = path.join(cli.folder, 'token');
  writeFileSync(file, `${cli.tokens.mo}\n`);
  const { code, stdout, stderr } = await slipway(`lock checkout --reason x --token-file ${file}`, {
    SLIPWAY_TOKEN: '',
  });
  expect([code, stderr]).toEqual([0, `${cli.api.url} as mo\n`]);
  expect(stdout + stderr).not.toContain(cli.tokens.mo);
});

test.each([
  ['list services', 'list-services'],
  ['list releases --service checkout --limit 2', 'list-releases'],
  ['list deployments --service checkout --all', 'list-deployments'],
  ['list deployments --state approving', 'list-deployments'],
  ['list approvals', 'list-approvals'],
  ['list regions', 'list-regions'],
  ['list hosts --region eu-west', 'list-hosts'],
  ['list locks', 'list-locks'],
  ['show checkout', 'show-service'],
  ['show checkout/1', 'show-deployment'],
  ['show checkout@1', 'show-release'],
  ['show region eu-west', 'show-region'],
  ['logs checkout/1', 'logs'],
  ['version', 'version'],
  ['config', 'config'],
  ['doctor', 'doctor'],
])('%s prints a document of its published schema, and lines for people', async (command, name) => {
  await openDeployment();
  const document = await slipway(`${command} --json`);
  expect(JSON.parse(document.stdout)).toMatchObject({ schema: `slipway.${name}/v1` });
  const { code, stdout, stderr } = await slipway(command);
  expect([code, stdout + stderr]).toEqual([document.code, expect.stringMatching(/\w/)]);
});

test('a page of a list ends with the command for the next one', async () => {
  await openDeployment();
  await openDeployment();
  const first = JSON.parse((await slipway('list deployments --service checkout --limit 1 --json')).stdout) as {
    data: { items: { number: number }[]; cursor: string };
    next: string[];
  };
  const { cursor } = first.data;
  expect(first.next).toEqual([
    expect.stringMatching(/^slipway list deployments --service checkout --limit 1 --cursor \S/),
  ]);
  const rest = ['list', 'deployments', '--service', 'checkout', '--limit', '1', '--cursor', cursor, '--json'];
  const second = JSON.parse((await ended(cli.start(rest))).stdout) as typeof first;
  expect(second.data.items[0]!.number).toBe(first.data.items[0]!.number - 1);
});

test.each([
  ['list releases', /needs --service/],
  ['list services --state ready', /takes no --state/],
  ['list deployments --state great', /--state of a deployment is one of queued/],
  ['list hosts --state great', /--state of hosts is one of healthy/],
  ['list regions --limit 0', /a number from 1 to 200/],
  ['list cars', /Allowed choices are services/],
  ['show region', /./],
  ['show checkout eu-west', /should be one object, or region eu-west/],
  ['logs checkout', /a deployment such as checkout\/87 or a release/],
  ['deploy checkout --plan 9f2c', /--plan should be the digest/],
])('%s is a mistake that says what is allowed', async (command, message) => {
  const ran = await slipway(command);
  expect([ran.code, ran.stdout]).toEqual([command === 'show region' ? 8 : 2, '']);
  expect(ran.stderr).toMatch(message);
});

test('open prints a link that signs a browser in once, and nothing else', async () => {
  const opened = await slipway('open');
  const code = /^http:.*\/signin#code=(\S+)\n$/.exec(opened.stdout)?.[1];
  const session = (): Promise<Response> =>
    fetch(new URL('/v1/session', opened.stdout), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ code }),
    });
  expect([(await session()).status, (await session()).status]).toEqual([200, 401]);
});

test('a service is connected with what its repository says and what flags add, and stays as it was otherwise', async () => {
  const environment = { SLIPWAY_TOKEN: cli.tokens.mo };
  const where = '--clone-url https://git.example/acme/cart.git --repository acme/cart';
  const first = await slipway(`connect cart ${where} --branch main --owners ada,mo --json`, environment);
  expect(JSON.parse(first.stdout)).toMatchObject({
    data: { service: 'cart', repository: 'acme/cart', branch: 'main', folder: '.', owners: ['ada', 'mo'] },
    next: ['slipway watch cart'],
  });
  const second = await slipway(`connect cart ${where} --branch release --json`, environment);
  expect(JSON.parse(second.stdout)).toMatchObject({ data: { branch: 'release', owners: ['ada', 'mo'] } });
  expect((await slipway(`connect cart ${where}`)).code).toBe(4);
});

test('a doctor before a working api finds all well, and before none says what to do: 1', async () => {
  const { stdout } = await slipway('doctor');
  expect(stdout).toMatch(/^ok {4}api +http:\/\/127\.0\.0\.1:\d+ answers in \d+ ms, version \S+$/m);
  expect(stdout).toMatch(/^ok {4}events +first event \(snapshot\)/m);
  expect(stdout).toMatch(/^ok {4}signed in +as ada \(deployer\)$/m);
  const away = await slipway('doctor', { SLIPWAY_API: 'http://127.0.0.1:1' });
  expect([away.code, away.stdout]).toEqual([1, expect.stringMatching(/^FAIL {2}api .+\n {6}start it/)]);
  const stranger = await slipway('doctor', { SLIPWAY_TOKEN: '' });
  expect([stranger.code, stranger.stdout]).toEqual([1, expect.stringMatching(/^ok {4}api .+\nFAIL {2}signed in/)]);
});

test('the shell completes services and deployments, for a minute without asking again, and silently nothing', async () => {
  const environment = { XDG_CACHE_HOME: path.join(cli.folder, 'cache') };
  const number = await openDeployment();
  expect((await slipway('__complete -- status che', environment)).stdout).toBe('checkout\n');
  expect((await slipway(`__complete -- abort checkout/${number}`, environment)).stdout).toContain(`checkout/${number}`);
  const away = { ...environment, SLIPWAY_API: 'http://127.0.0.1:1' };
  expect(await slipway('__complete -- status che', away)).toEqual({ code: 0, stdout: '', stderr: '' });
  const nobody = { ...environment, SLIPWAY_TOKEN: 'unknown' };
  expect((await slipway('__complete -- status che', nobody)).stdout).toBe('checkout\n');
});

test('config shows each value and its source, and never the token', async () => {
  const { stdout } = await slipway('config');
  expect(stdout).toMatch(/^api +http:\/\/127\.0\.0\.1:\d+ +SLIPWAY_API$/m);
  expect(stdout).toMatch(/^token +set +SLIPWAY_TOKEN$/m);
  expect(stdout).not.toContain(cli.tokens.ada);
});
