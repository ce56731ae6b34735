import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it, test } from '@jest/globals';
import { until } from '../testing/test-agent.ts';

const script = path.join(import.meta.dirname, 'launch-agent');
let folder: string;
let own: string;
let child: ChildProcess;

/** In the place of Node: notes the file that it was to run, and what for; ends with the code that stands beside it, or stays. */
const node = `#!/bin/sh
echo "$2 $3 $SLIPWAY_STANDS_IN_FOR" >>"$NOTES"
[ -f "$2.code" ] && exit $(cat "$2.code")
trap 'echo ended >>"$NOTES"; exit 0' TERM
while :; do sleep 0.05; done
`;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'slipway-launch-'));
  own = path.join(folder, 'services', 'slipway-agent');
  for (const release of ['one', 'two']) {
    mkdirSync(path.join(own, 'releases', release, 'tree'), { recursive: true });
    writeFileSync(fileOf(release), '');
  }
  writeFileSync(path.join(folder, 'node'), node);
  chmodSync(path.join(folder, 'node'), 0o755);
});
afterEach(async () => {
  if (child.exitCode === null) {
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
  rmSync(folder, { recursive: true });
});

const fileOf = (release: string): string => path.join(own, 'releases', release, 'tree', 'slipway-agent');
const installed = (): string => path.join(folder, 'installed');
const link = (release: string): void => symlinkSync(`releases/${release}`, path.join(own, 'current'));
const linked = (): string | null =>
  existsSync(path.join(own, 'current')) ? readlinkSync(path.join(own, 'current')) : null;
const write = (file: string, ...lines: readonly (string | number)[]): void =>
  writeFileSync(path.join(own, file), lines.map((each) => `${each}\n`).join(''));
const read = (file: string): string | null =>
  existsSync(path.join(own, file)) ? readFileSync(path.join(own, file), 'utf8') : null;
const notes = (): readonly string[] => {
  const file = path.join(folder, 'notes');
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
};
function launch(): void {
  const env = { PATH: process.env['PATH'], SLIPWAY_AGENT_DIRECTORY: folder, NOTES: path.join(folder, 'notes') };
  child = spawn('/bin/sh', [script, path.join(folder, 'node'), installed()], { env, stdio: 'ignore' });
}
const expectStarted = (file: string, starts = 1): Promise<void> =>
  until(
    () => notes().filter((each) => each.startsWith(`${file} run`)).length === starts,
    () => `started: ${notes().join('; ')}`,
  );

test('without any release it runs the file that was installed', async () => {
  launch();
  await expectStarted(installed());
});

test('it runs the release that is current', async () => {
  link('one');
  launch();
  await expectStarted(fileOf('one'));
});

test('where that is not there it runs the file that was installed', async () => {
  link('gone');
  launch();
  await expectStarted(installed());
});

test('the next one is started at once when an agent hands over', async () => {
  writeFileSync(`${installed()}.code`, '10');
  launch();
  const startedAt = performance.now();
  await until(
    () => notes().length >= 3,
    () => 'it was not started again',
  );
  // Any other end is waited after for 2 s.
  expect(performance.now() - startedAt).toBeLessThan(2_000);
  writeFileSync(`${installed()}.code`, '0');
});

it.each([
  ['the release before', 'one', 'releases/one', () => fileOf('one')],
  ['the file that was installed', 'installed', null, installed],
])('a release on trial that ended three times is left for %s', async (_what, from, after, file) => {
  link('two');
  write('trial', from, 'two', 60);
  write('starts', 'start', 'start', 'start');
  launch();
  await expectStarted(file());
  expect(linked()).toBe(after);
  expect(read('gone-back')).toBe('two\nit ended 3 times before it was confirmed\n');
  expect([read('trial'), read('starts')]).toEqual([null, null]);
  expect(notes().filter((each) => each.startsWith(fileOf('two')))).toEqual([]);
});

test('a start on trial is counted before it happens, and one that hangs is ended and left', async () => {
  link('two');
  write('trial', 'one', 'two', 1);
  launch();
  await expectStarted(fileOf('two'));
  expect(read('starts')).toBe('start\n');
  await expectStarted(fileOf('one'));
  expect(read('gone-back')).toBe('two\nit was not confirmed within 1 s\n');
  expect(linked()).toBe('releases/one');
});

test('a way back that was cut off by a loss of power is made complete', async () => {
  link('two');
  write('trial', 'one', 'two', 60);
  write('starts', 'start', 'start', 'start');
  write('gone-back', 'two', 'it ended 3 times before it was confirmed');
  symlinkSync('releases/one', path.join(own, '.current.tmp'));
  launch();
  await expectStarted(fileOf('one'));
  expect(linked()).toBe('releases/one');
});

test('a trial that was confirmed has no deadline any more', async () => {
  link('two');
  write('trial', 'one', 'two', 3);
  launch();
  await expectStarted(fileOf('two'));
  rmSync(path.join(own, 'trial'));
  const startedAt = performance.now();
  await until(
    () => performance.now() - startedAt > 4_500,
    () => 'it was over',
  );
  expect(notes()).toHaveLength(1);
  child.kill('SIGTERM');
  await once(child, 'exit');
  expect(linked()).toBe('releases/two');
  expect(read('gone-back')).toBeNull();
});

test('what a trial that never began has left is removed', async () => {
  link('one');
  write('trial', 'one', 'two', 60);
  write('starts', 'start');
  launch();
  await expectStarted(fileOf('one'));
  expect([read('trial'), read('starts'), read('gone-back')]).toEqual([null, null, null]);
});

test('a confirmed release that ends again and again is stood in for', async () => {
  link('one');
  writeFileSync(`${fileOf('one')}.code`, '1');
  launch();
  await expectStarted(installed());
  expect(notes().at(-1)).toBe(`${installed()} run one`);
  expect(notes()).toHaveLength(6);
  expect(linked()).toBe('releases/one');
});

test('asked to end it ends the agent first', async () => {
  link('one');
  launch();
  await expectStarted(fileOf('one'));
  child.kill('SIGTERM');
  await once(child, 'exit');
  expect(child.exitCode).toBe(0);
  expect(notes().at(-1)).toBe('ended');
});
