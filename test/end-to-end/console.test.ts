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
import { readDocument } from '../docs/fenced-blocks.ts';
import { patienceMs } from '../patience.ts';
import { npmStart } from './npm-start.ts';
import { processesOf } from './processes-of.ts';
import { atTerminal, type AtTerminal } from './terminal-start.ts';
import { linesToType, openTypingReader, type TypingReader } from './typing-reader.ts';

jest.setTimeout(600_000);

const projectRoot = path.resolve(import.meta.dirname, '../..');
const size = { columns: 100, rows: 30 };
let folder: string;
let root: string;
let start: AtTerminal;
let reader: TypingReader;
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
  reader = await openTypingReader(size);
});

afterAll(async () => {
  reader?.leave();
  start?.kill();
  for (const cleanUp of cleanUps) cleanUp();
  // When its terminal is gone, npm start ends what it started.
  await until('the end of all programs', patienceMs, () => processesOf(root).length === 0 || undefined).catch(
    () => undefined,
  );
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

test('what it says to try works when pasted, and is what tutorial and README say', async () => {
  expect(await paste(shownCommand(/^ +(npx slipway status.*)$/m))).toMatch(/checkout.*@3/);
  const searchPath = shownCommand(/^ +(export PATH=.*)$/m);
  expect(await paste(`${searchPath}; cd /; slipway status checkout`)).toMatch(/checkout.*@3/);
  expect(existsSync(path.join(projectRoot, shownCommand(/^Then a service of your own: (\S+)$/m)))).toBe(true);
  const merge = shownCommand(/^ +(npm run merge.*)$/m);
  expect(linesToType('docs/tutorial.md').map(here)).toContain(merge);
  expect(linesToType('README.md').map(here)).toContainEqual(expect.stringContaining(merge));
});

/** As a page has it, for this start: the folder of its data is not the usual one, nor, perhaps, its hosts' ports. */
function here(line: string): string {
  const firstPort = /the first host uses (\d+)$/m.exec(text())?.[1];
  const ports = firstPort === undefined ? '[20000-20099]' : `[${firstPort}-${Number(firstPort) + 99}]`;
  return line
    .replace(/^npm run merge -- "[^"]*"(?: --unhealthy)?/, (merge) => `${merge} --data ${root}`)
    .replace('[20000-20099]', ports);
}

/** Exit codes: one deployment is undone, and of most ports that are asked no instance listens. */
const otherEnds: Readonly<Record<string, number>> = { 'slipway watch checkout/5': 5, curl: 7 };

test('the tutorial goes as it says, typed line by line at a second terminal', async () => {
  await reader.give(settings());
  const shown = new Map<string, readonly string[]>();
  for (const line of linesToType('docs/tutorial.md')) {
    if (line === 'slipway watch checkout/7') await reader.give(shownCommand(/^ +(kill -9 \d+)$/m));
    shown.set(line, await reader.give(here(line), otherEnds[line.split(' --')[0]!]));
  }
  const shownOf = (wanted: RegExp): string => [...shown].find(([line]) => wanted.test(line))![1].join('\n');
  expect(shown.get('slipway doctor')).toEqual(expect.arrayContaining([expect.stringMatching(/^ok +api /)]));
  for (const line of shown.get('slipway doctor')!) expect(line).toMatch(/^ok /);
  expect(shownOf(/^curl/).split('\n')).toEqual([
    expect.stringMatching(/^Say good night from eu-west-1, running \S+$/),
    expect.stringMatching(/^Say good night from us-east-1, running \S+$/),
  ]);
  expect(shownOf(/^slipway watch checkout\/6/)).toContain('live in 2 of 2 regions');
  expect(shownOf(/^slipway watch checkout$/)).toContain('checkout/8 rollback @7 → @6');
  await start.untilShown(/^control-worker serves again after/);
  await start.untilShown(/^checkout\/4 rollout @3 → @4 "Say good night" {2}lin$/);
  await start.untilShown(/^checkout\/8 rollback @7 → @6 /);
});

test('so do the commands of the README, with the number that the merge says', async () => {
  const shown: string[] = [];
  let number = '';
  for (const line of linesToType('README.md')) {
    shown.push(...(await reader.give(here(line).replace('checkout/4', number))));
    number = / as (checkout\/\d+)$/m.exec(shown.join('\n'))?.[1] ?? number;
  }
  const next = /`npx (slipway unlock checkout [^`]+)`/.exec(readDocument('README.md').text)![1]!;
  await reader.give(next);
  expect(shown.join('\n')).toContain('checkout/10');
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

test('another start adds a region and hosts; with --once it ends by itself, and says so', async () => {
  const flags = ['start', '--', '--regions', '3', '--hosts', '2', '--data', root, '--no-demo', '--once'];
  const { stdout } = await promisify(execFile)('npm', flags, { cwd: projectRoot });
  expect(stdout).toMatch(/^ {2}✓ gateways .+ 3 of 3$/m);
  expect(stdout).toMatch(/^ {2}✓ agents .+ 6 of 6$/m);
  expect(stdout).toMatch(/^ready after .+\n+stopping$/m);
  expect(processesOf(root)).toEqual([]);
});

test('when nobody reads any more what it says it ends, also while hosts begin, and leaves nothing behind', async () => {
  const unread = npmStart(['--regions', '2', '--hosts', '1', '--data', root]);
  cleanUps.push(() => unread.signalGroup('SIGKILL'));
  await until('gateways serve', patienceMs, () => /✓ gateways/.test(unread.output()) || undefined);
  unread.closeOutput();
  expect(await unread.untilEnded()).toBe(1);
  expect(processesOf(root)).toEqual([]);
});
