/** What a person sees of `npm start`, at a terminal and in a pipe, and what it tells them to try. */
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { removeTree } from '../../agent/install/remove-tree.ts';
import { dataDirectory } from '../../infra/local/data-directory.ts';
import { stopHosts } from '../../infra/local/stack-hosts.ts';
import { until } from '../crash/run/patience.ts';
import { npmStart } from './npm-start.ts';
import { processesOf } from './processes-of.ts';
import { atTerminal, type AtTerminal } from './terminal-start.ts';

jest.setTimeout(600_000);

const projectRoot = path.resolve(import.meta.dirname, '../..');
const size = { columns: 100, rows: 30 };
let folder: string;
let root: string;
let start: AtTerminal;
/** Of the dashboard, while the demonstration goes on. */
let earlyLink: string;
/** Of what goes on if a test ends early. */
const cleanUps: (() => void)[] = [];

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'slipway-console-'));
  root = path.join(folder, 'data');
  start = atTerminal(`npm start -- --regions 2 --hosts 1 --data ${root}`, size);
  await start.untilShown(/^dashboard \S+#code=[\w-]{43}$/);
  earlyLink = shownCommand(/^dashboard (\S+)$/m);
  await start.untilShown(/^Slipway runs on; Ctrl-C ends it\.$/);
});

afterAll(async () => {
  start?.kill();
  for (const cleanUp of cleanUps) cleanUp();
  await stopHosts(dataDirectory(root));
  await removeTree(folder);
});

const text = (): string => start.lines().join('\n');
const settings = (): string => /^ +(export SLIPWAY_API=.+)$/m.exec(text())![1]!;
/** Pastes a line into a shell in the folder that is named. */
const paste = async (line: string): Promise<string> =>
  (await promisify(execFile)('sh', ['-c', `${settings()}; ${line}`], { cwd: projectRoot })).stdout;
const shownCommand = (wanted: RegExp): string => wanted.exec(text())![1]!;

test('a terminal shows each step of the start, and three deployments with their ends', () => {
  expect(text()).toMatch(/^ {2}✓ region workers +[\d.]+ s {2}2 of 2$/m);
  expect(text()).toMatch(/^ready after \d+\.\d s$/m);
  expect(text().match(/^checkout\/\d rollout .+$/gm)).toEqual([
    'checkout/1 rollout @1 "Say hello"  lin',
    'checkout/2 rollout @1 → @2 "Greet faster"  lin',
    'checkout/3 rollout @1 → @3 "Greet well"  lin',
  ]);
  expect(text().match(/^[✓↩] (succeeded|undone) after .+? {2}/gm)).toHaveLength(3);
  expect(text()).toMatch(/^eu-west {2}↩ undone .+$/m);
});

test('no line is garbled: none that was drawn over is left, and none holds parts of two', () => {
  const once = [
    /^lin merges a good change/,
    /^ready after/,
    /^Slipway starts:/,
    /^To try next/,
    /^ {2}dashboard /,
    /^Slipway runs on/,
  ];
  for (const line of once) expect(start.lines().filter((each) => line.test(each))).toHaveLength(1);
  expect(text()).not.toMatch(/▶|⧗|[^\P{Cc}\n]/u);
  expect(text()).not.toContain('Warning');
});

function signIn(link: string): Promise<Response> {
  return fetch(new URL('/v1/session', link), {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: new URL(link).origin },
    body: JSON.stringify({ code: new URL(link).hash.replace('#code=', '') }),
  });
}

test('the link signs in once, that of the demonstration and that of the end, and the token is named for later', async () => {
  const link = shownCommand(/^ {2}dashboard +(\S+)/m);
  for (const each of [earlyLink, link]) {
    expect(each).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/signin#code=/);
    expect((await signIn(each)).status).toBe(200);
    expect((await signIn(each)).status).toBe(401);
  }
  const file = shownCommand(/later: npx slipway open, or the token in (\S+)$/m);
  expect(readFileSync(file, 'utf8').trim()).toMatch(/^\S{20,}$/);
  expect(await paste('npx slipway open')).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/signin#code=\S+$/m);
});

test('what it says to try works when pasted, and shows where it was started', async () => {
  expect(await paste(shownCommand(/^ +(npx slipway status.*)$/m))).toMatch(/checkout.*@3/);
  const searchPath = shownCommand(/^ +(export PATH=.*)$/m);
  expect(await paste(`${searchPath}; cd /; slipway status checkout`)).toMatch(/checkout.*@3/);
  expect(existsSync(path.join(projectRoot, shownCommand(/^Then a service of your own: (\S+)$/m)))).toBe(true);
  const merged = await paste(shownCommand(/^ +(npm run merge.*)$/m));
  expect(merged).toMatch(/^merged .+ as checkout\/4$/m);
  await start.untilShown(/approving since/);
  expect(text()).toContain('npx slipway approve checkout/4');
  await paste(shownCommand(/^ +(kill -9 \d+)$/m));
  await start.untilShown(/^control-worker serves again after/);
  await paste('npx slipway approve checkout/4 --yes');
  await start.untilShown(/^✓ succeeded after .+/);
  await start.untilShown(/^checkout\/4 rollout @3 → @4 "Say good night" {2}lin$/);
});

test('watch draws at a terminal, in its size, and leaves the last frame', async () => {
  const narrow = { columns: 50, rows: 12 };
  const [, api, tokenFile] = /SLIPWAY_API=(\S+) SLIPWAY_TOKEN="\$\(cat (\S+)\)"/.exec(settings())!;
  const environment = { SLIPWAY_API: api, SLIPWAY_TOKEN: readFileSync(tokenFile!, 'utf8').trim() };
  const watching = atTerminal('npx slipway watch checkout/4', narrow, environment);
  expect(await watching.untilEnded()).toBe(0);
  const lines = watching.lines().filter((line) => line !== '');
  expect(lines[0]).toMatch(/^checkout\/4 rollout @3 → @4/);
  expect(lines.length).toBeLessThan(narrow.rows);
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(narrow.columns);
});

test('another start with the same data says what to do', async () => {
  const second = npmStart(['--data', root, '--no-demo']);
  expect(await second.untilEnded()).toBe(1);
  expect(second.output()).toMatch(
    /^slipway: Slipway already runs with this data directory \(pid \d+\)\n.+--data.+\n.+--reset$/m,
  );
});

test('Ctrl-C ends it, and says that it has ended', async () => {
  start.type('\u0003');
  await start.untilEnded();
  expect(start.lines().filter(Boolean).at(-1)).toBe(
    'Slipway has stopped. Its data stay; npm start goes on from there.',
  );
  expect(processesOf(root)).toEqual([]);
});

test('with --once it ends by itself, and says so', async () => {
  const flags = ['start', '--', '--regions', '2', '--hosts', '1', '--data', root, '--no-demo', '--once'];
  const { stdout } = await promisify(execFile)('npm', flags, { cwd: projectRoot });
  expect(stdout).toMatch(/^ready after .+\n+stopping$/m);
  expect(processesOf(root)).toEqual([]);
});

test('when nobody reads any more what it says it ends, also while hosts begin, and leaves nothing behind', async () => {
  const unread = npmStart(['--regions', '2', '--hosts', '1', '--data', root]);
  cleanUps.push(() => unread.signalGroup('SIGKILL'));
  await until('gateways serve', 120_000, () => /✓ gateways/.test(unread.output()) || undefined);
  unread.closeOutput();
  expect(await unread.untilEnded()).toBe(1);
  expect(processesOf(root)).toEqual([]);
});
