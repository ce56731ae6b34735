/** What instances write, read from afar: over every program between a person and a host. */
import type { ChildProcess } from 'node:child_process';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { ended } from '../cli/test-cli.fixture.ts';
import { signIn } from '../test/control-api.ts';
import { until } from '../test/crash/run/patience.ts';
import { patienceMs } from '../test/patience.ts';
import { within } from '../test/slowness.ts';
import { openLogPath, type LogPath, type ReadHost } from './log-path.fixture.ts';

let way: LogPath;
let first: ReadHost;
const followers: ChildProcess[] = [];
beforeAll(async () => {
  way = await openLogPath();
  first = await way.addHost('eu-west-1');
});
beforeEach(() => way.sendSummary());
afterEach(async () => {
  for (const child of followers.splice(0)) child.kill('SIGKILL');
  for (const table of ['log_reading', 'log_chunk']) {
    await way.cli.central.database.em.fork().execute(`delete from ${table}`);
  }
});
afterAll(() => way.close());

/** `slipway logs checkout -f` in a process of its own, and what it printed. */
function follow(...args: string[]) {
  const child = way.cli.start(['logs', 'checkout', '--follow', ...args]);
  followers.push(child);
  let [stdout, stderr] = ['', ''];
  child.stdout!.on('data', (text: Buffer) => (stdout += text.toString()));
  child.stderr!.on('data', (text: Buffer) => (stderr += text.toString()));
  return {
    child,
    stdout: () => stdout,
    shows: (text: string) =>
      until(`it prints ${text}`, patienceMs, () => stdout.includes(text) || stderr.includes(text) || undefined).catch(
        (error: unknown) => {
          throw new Error(`${(error as Error).message}\n${stdout}\n${stderr}`);
        },
      ),
  };
}

const untilNothingStands = () =>
  until('nothing is kept', patienceMs, async () => {
    const { central, region, chunks } = await way.standing();
    return central + region + chunks === 0 || undefined;
  });

test('the last lines of a host are printed, and nothing of them is kept', async () => {
  first.write('one\ntwo\nthree\n');
  const { code, stdout, stderr } = await way.cli.slipway('logs checkout --lines 2 --reason "INC-7"');
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'two\nthree\n' });
  expect(stderr).toContain('checkout in eu-west: eu-west-1');
  await untilNothingStands();
});

test('with --json they are one document', async () => {
  first.write('last\n');
  const { code, stdout } = await way.cli.slipway('logs checkout --lines 1 --json');
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    schema: 'slipway.logs/v1',
    data: { region: 'eu-west', hosts: ['eu-west-1'], lines: [{ host: 'eu-west-1', line: 'last' }] },
  });
});

test('a line that a host writes is printed within two seconds, over rotations, each once and in order', async () => {
  first.write('before\n');
  const followed = follow('--lines', '1');
  await followed.shows('before');
  const writtenAt = performance.now();
  first.write('now\n');
  await followed.shows('now');
  expect(performance.now() - writtenAt).toBeLessThan(within(2_000, { otherwiseMs: 5_000 }));
  for (let round = 0; round < 3; round++) {
    first.write(`end of ${round}\n`);
    first.rotate();
    first.write(`begin of ${round}\n`);
    await followed.shows(`begin of ${round}`);
  }
  const lines = ['now', ...[0, 1, 2].flatMap((round) => [`end of ${round}`, `begin of ${round}`])];
  expect(followed.stdout()).toBe(`before\n${lines.join('\n')}\n`);
});

test('who reads, and why, is in the audit, and of which hosts', async () => {
  await way.cli.slipway('logs checkout --lines 0 --reason "INC-8"');
  const { body } = await way.cli.api.ask('/v1/audit?limit=2', { token: way.cli.tokens.ada });
  expect(body.items).toMatchObject([
    { verb: 'logs-read', actor: 'ada', object: 'checkout', detail: { region: 'eu-west', hosts: ['eu-west-1'] } },
    { verb: 'logs-asked', actor: 'ada', object: 'checkout', detail: { reason: 'INC-8', lines: 0, follow: false } },
  ]);
});

test('who has no role reads nothing, and nobody reads what another asked for', async () => {
  const reader = await signIn(way.cli.central.database, 'eve');
  const refused = await way.cli.slipway('logs checkout', { SLIPWAY_TOKEN: reader });
  expect({ code: refused.code, stdout: refused.stdout }).toEqual({ code: 4, stdout: '' });
  const { ada, mo } = way.cli.tokens;
  const opened = await way.cli.api.ask('/v1/services/checkout/log-readings', { token: ada, body: { follow: true } });
  const next = `/v1/services/checkout/log-readings/${String(opened.body.reading)}/next`;
  expect((await way.cli.api.ask(next, { token: mo, body: {} })).status).toBe(404);
  expect((await way.cli.api.ask(next, { token: ada, body: {} })).status).toBe(202);
});

test.each(['SIGINT', 'SIGKILL'] as const)(
  'a follower that ends by %s leaves nothing behind, nowhere',
  async (signal) => {
    first.write('there\n');
    const followed = follow('--lines', '1');
    await followed.shows('there');
    const end = ended(followed.child);
    followed.child.kill(signal);
    expect((await end).code).toBe(signal === 'SIGINT' ? 130 : null);
    await untilNothingStands();
    await until('its host hears of it', patienceMs, () => !first.isRead() || undefined);
    expect(await way.standing()).toEqual({ central: 0, region: 0, chunks: 0 });
  },
);

test('of all hosts each line says whose it is; one whose agent is of the version before is named, and read on the host', async () => {
  const [second, old] = [
    await way.addHost('eu-west-2', { gateway: 1 }),
    await way.addHost('eu-west-3', { isOld: true, isHealthy: false }),
  ];
  first.write('of one\n');
  second.write('of two\n');
  old.write('of three\n');
  const { code, stdout, stderr } = await way.cli.slipway('logs checkout --all --lines 1');
  expect(code).toBe(0);
  expect(stdout.split('\n').filter(Boolean).toSorted()).toEqual(['eu-west-1  of one', 'eu-west-2  of two']);
  expect(stderr).toContain('eu-west-3: its agent is of an earlier version');
});

test.each([
  ['logs checkout --host nobody', 8, /host nobody is not one of checkout here/],
  ['logs checkout --region mars', 8, /there is no region mars/],
  ['logs unknown', 8, /there is no service unknown/],
])('%s ends with %i, and says why', async (args, expected, why) => {
  const { code, stdout, stderr } = await way.cli.slipway(args);
  expect({ code, stdout }).toEqual({ code: expected, stdout: '' });
  expect(stderr).toMatch(why);
});

test('a person reads five at once, and no more', async () => {
  const open = () =>
    way.cli.api.ask('/v1/services/checkout/log-readings', { token: way.cli.tokens.ada, body: { follow: true } });
  for (let each = 0; each < 5; each++) expect((await open()).status).toBe(202);
  expect(await open()).toMatchObject({ status: 429, body: { detail: expect.stringContaining('5 at once') } });
});

test('output that comes faster than it is read is skipped, which is said, and what comes last is there', async () => {
  first.write('begin\n');
  const followed = follow('--lines', '1', '--host', 'eu-west-1');
  await followed.shows('begin');
  const line = `${'x'.repeat(99)}\n`;
  for (let kib = 0; kib < 4_000; kib += 100) first.write(line.repeat(1024));
  first.write('the last\n');
  await followed.shows('the last');
  await followed.shows('output was skipped');
  expect(followed.stdout().length).toBeLessThan(2 * 1024 * 1024);
});

test('a region that is cut off is said to be', async () => {
  const { database } = way.cli.central;
  await database.em.fork().execute(`update region_summary set received_at = now() - interval '61 seconds'`);
  const stale = await way.cli.slipway('logs checkout');
  expect({ code: stale.code, stdout: stale.stdout }).toEqual({ code: 1, stdout: '' });
  expect(stale.stderr).toMatch(/eu-west is cut off: nothing was heard of it since/);
  await way.sendSummary();
  await way.stopWorker();
  const { code, stderr } = await way.cli.slipway('logs checkout');
  expect(code).toBe(1);
  expect(stderr).toMatch(/eu-west did not take up the request in 15 s/);
});
