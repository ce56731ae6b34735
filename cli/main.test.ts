/** What only a process shows: exit codes, signals, streams. What commands answer is tested beside them. */
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createLaneRecords } from '../infra/postgres/central/lane-records.ts';
import { addService, mergeRequest } from '../test/central-database.ts';
import { atTerminal, type AtTerminal } from '../test/end-to-end/terminal-start.ts';
import { ended, problemIn, startTestCli, type TestCli } from './test-cli.fixture.ts';
import { finish, leaveHostsOn, openDeployment } from './test-deployments.fixture.ts';

let cli: TestCli;
let silent: Server | null = null;
let watching: AtTerminal | null = null;
beforeAll(async () => void (cli = await startTestCli()));
afterAll(() => cli.close());
afterEach(() => {
  watching?.kill();
  silent?.closeAllConnections();
  silent?.close();
});

const slipway = (line: string, environment?: NodeJS.ProcessEnv) => ended(cli.start(line.split(' '), environment));

test('data goes to stdout, all else to stderr, and it ends with 0', async () => {
  const listed = await slipway('list services');
  expect(listed).toEqual({ code: 0, stdout: expect.stringMatching(/^service +runs[^]*\ncheckout /), stderr: '' });
  expect(await slipway('list locks')).toEqual({ code: 0, stdout: '', stderr: 'nothing is held\n' });
});

test('what fails leaves stdout empty, says why on stderr, and ends with its code', async () => {
  const ran = await slipway('status nothing --json');
  expect([ran.code, ran.stdout]).toEqual([8, '']);
  expect(problemIn(ran)).toMatchObject({ type: expect.stringMatching(/not-found$/) });
});

test('where nobody can answer nothing is asked: 2', async () => {
  const ran = await slipway('abort checkout/1');
  expect([ran.code, ran.stdout]).toEqual([2, '']);
  expect(ran.stderr).toMatch(/nobody can be asked here.*--yes/);
});

test('who reads its output may leave: that is no fault', async () => {
  const child = cli.start(['list', 'services']);
  child.stdout!.destroy();
  child.stderr!.resume();
  expect(await once(child, 'close')).toEqual([0, null]);
});

test('watch | cat: a line on each change, and no escape character', async () => {
  const number = await openDeployment(cli);
  const child = cli.start(['watch', `checkout/${number}`]);
  const running = ended(child);
  await once(child.stdout!, 'data');
  await leaveHostsOn(cli, number);
  await finish(cli, number, 'failed', '\u001b[31mred\u001b[0m');
  const { code, stdout } = await running;
  expect(code).toBe(6);
  const lines = stdout.trim().split('\n');
  for (const line of lines)
    expect(line).toMatch(new RegExp(`^\\d\\d:\\d\\d:\\d\\dZ checkout/${number} [^\\p{Cc}]+$`, 'u'));
  expect(lines.map((line) => line.split(' ').slice(2).join(' ')).slice(1)).toEqual(['stuck', 'failed:  [31mred [0m']);
});

test('Ctrl-C ends the watching and nothing else: 130', async () => {
  const number = await openDeployment(cli);
  const child = cli.start(['watch', `checkout/${number}`]);
  const running = ended(child);
  await once(child.stdout!, 'data');
  child.kill('SIGINT');
  const { code, stderr } = await running;
  expect(code).toBe(130);
  expect(stderr).toContain(`checkout/${number} goes on.`);
});

test('at a terminal status --watch is drawn in place, each change too, and leaves its last frame: 130', async () => {
  const { database } = cli.central;
  await addService(database, 'cart');
  const environment = { SLIPWAY_API: cli.api.url, SLIPWAY_TOKEN: cli.tokens.ada };
  const command = `${process.execPath} --disable-warning=ExperimentalWarning cli/main.ts status cart --watch`;
  watching = atTerminal(command, { columns: 80, rows: 12 }, environment);
  await watching.untilShown(/^ {2}lane {2}nothing waits/);
  await createLaneRecords(database).open(mergeRequest('merge', 'cart'));
  await watching.untilShown(/^ {2}lane {2}next cart\/1 /);
  watching.type('\u0003');
  expect(await watching.untilEnded()).toBe(130);
  expect(watching.lines().filter((line) => line.startsWith('cart  '))).toHaveLength(1);
});

test('Ctrl-C ends a doctor that waits, without a finding: 130', async () => {
  const asked = Promise.withResolvers<void>();
  silent = createServer(() => asked.resolve()).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
  const child = cli.start(['doctor'], { SLIPWAY_API: url });
  const running = ended(child);
  await asked.promise;
  child.kill('SIGINT');
  expect(await running).toEqual({ code: 130, stdout: '', stderr: '' });
});
