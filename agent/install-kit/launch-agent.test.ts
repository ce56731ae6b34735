import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
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
import { within } from '../../test/slowness.ts';
import { until } from '../testing/test-agent.ts';

const script = path.join(import.meta.dirname, 'launch-agent');
let folder: string;
let own: string;
let child: ChildProcess;

/** In the place of Node: notes the file that it was to run, and what for; ends with the code that stands beside it, or stays. */
const node = `#!/bin/sh
while case $1 in --*) ;; *) false ;; esac; do echo "$1" >>"$NOTES.flags" && shift; done
echo "arenas $MALLOC_ARENA_MAX" >>"$NOTES.flags"
cat "$SLIPWAY_AGENT_DIRECTORY/services/slipway-agent/starts" >>"$NOTES.starts" 2>/dev/null
[ -f "$1.frozen" ] && trap '' TERM || trap 'echo ended >>"$NOTES"; exit 0' TERM
echo "$1 $2 $SLIPWAY_STANDS_IN_FOR" >>"$NOTES"
[ -f "$1.code" ] && exit $(cat "$1.code")
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
  const bin = path.join(folder, 'bin');
  const env = {
    PATH: `${bin}:${process.env['PATH']}`,
    SLIPWAY_AGENT_DIRECTORY: folder,
    NOTES: path.join(folder, 'notes'),
  };
  child = spawn('/bin/sh', [script, path.join(folder, 'node'), installed()], { env, stdio: 'ignore' });
}
const expectStarted = (file: string): Promise<void> =>
  until(
    () => notes().some((each) => each.startsWith(`${file} run`)),
    () => `started: ${notes().join('; ')}`,
  );

test('without any release it runs the file that was installed', async () => {
  launch();
  await expectStarted(installed());
});

test('what it runs can collect its heap, and has one arena for all threads: an agent is to stay small', async () => {
  launch();
  await expectStarted(installed());
  const flags = readFileSync(path.join(folder, 'notes.flags'), 'utf8').trim().split('\n');
  expect(flags.pop()).toBe('arenas 1');
  const { stdout } = spawnSync(process.execPath, [...flags, '-p', 'typeof gc'], { encoding: 'utf8' });
  expect(stdout.trim()).toBe('function');
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
  expect(performance.now() - startedAt).toBeLessThan(within(2_000, { otherwiseMs: 4_000 }));
  writeFileSync(`${installed()}.code`, '0');
});

test('a release whose file is not there is stood in for, and who hands over all the same is waited after', async () => {
  link('one');
  rmSync(fileOf('one'));
  writeFileSync(`${installed()}.code`, '10');
  const startedAt = performance.now();
  launch();
  await until(
    () => notes().length >= 4,
    () => 'it was not started again',
  );
  expect(performance.now() - startedAt).toBeGreaterThan(1_900);
  expect(new Set(notes())).toEqual(new Set([`${installed()} run one`]));
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
  write('trial', 'one', 'two', 5);
  launch();
  await expectStarted(fileOf('one'));
  expect(readFileSync(path.join(folder, 'notes.starts'), 'utf8')).toBe('start\n');
  expect(read('gone-back')).toBe('two\nit was not confirmed within 5 s\n');
  expect(linked()).toBe('releases/one');
});

test('a start that another process kept from the folder is not counted, until there were too many', async () => {
  link('two');
  write('trial', 'one', 'two', 60);
  write('starts', 'start', 'start');
  writeFileSync(`${fileOf('two')}.code`, '11');
  shim('sleep', 'exec /bin/sleep 0.05');
  launch();
  await expectStarted(fileOf('one'));
  expect(notes().filter((each) => each.startsWith(`${fileOf('two')} run`))).toHaveLength(11);
  expect(read('gone-back')).toBe('two\nit ended 3 times before it was confirmed\n');
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

/** In the place of the program of this name: what the line says, then the program. */
function shim(name: string, line: string): void {
  mkdirSync(path.join(folder, 'bin'));
  writeFileSync(path.join(folder, 'bin', name), `#!/bin/sh\n${line}\nexec /bin/${name} "$@"\n`, { mode: 0o755 });
}
function failThreeTimes(): void {
  link('two');
  write('trial', 'one', 'two', 60);
  write('starts', 'start', 'start', 'start');
}

test('a way back whose link has no space is made in the place of what the agent has in reserve', async () => {
  failThreeTimes();
  mkdirSync(path.join(folder, 'state'));
  writeFileSync(path.join(folder, 'state', 'reserve'), '');
  shim('ln', `[ ! -f ${path.join(folder, 'state', 'reserve')} ] || exit 1`);
  launch();
  await expectStarted(fileOf('one'));
  expect(linked()).toBe('releases/one');
});

test('a way back is made whatever stands in the place of its new files', async () => {
  failThreeTimes();
  for (const name of ['.current.tmp', 'gone-back.tmp']) mkdirSync(path.join(own, name, 'x'), { recursive: true });
  launch();
  await expectStarted(fileOf('one'));
  expect(linked()).toBe('releases/one');
  expect(read('gone-back')).toMatch(/^two\n/);
});

test('what can not be left stays on trial, and is not started for it', async () => {
  failThreeTimes();
  const tries = path.join(folder, 'tries');
  shim('ln', `echo >>${tries}; [ -f ${folder}/space ] || exit 1`);
  const startedAt = performance.now();
  launch();
  // Each way back asks twice, and is waited after.
  await until(
    () => existsSync(tries) && readFileSync(tries, 'utf8').length >= 3,
    () => 'it is not tried again',
  );
  expect(performance.now() - startedAt).toBeGreaterThan(1_900);
  expect([read('trial'), notes()]).toEqual(['one\ntwo\n60\n', []]);
  writeFileSync(path.join(folder, 'space'), '');
  await expectStarted(fileOf('one'));
  expect(read('trial')).toBeNull();
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

test('asked to end it ends an agent that is frozen, too', async () => {
  writeFileSync(`${installed()}.frozen`, '');
  launch();
  await expectStarted(installed());
  child.kill('SIGTERM');
  await once(child, 'exit');
  expect(child.exitCode).toBe(0);
});

test('a release is tried again when what stands in for it has ended as often', async () => {
  link('one');
  for (const file of [fileOf('one'), installed()]) writeFileSync(`${file}.code`, '1');
  shim('sleep', 'exec /bin/sleep 0.1');
  launch();
  await until(
    () => notes().length > 10,
    () => `started: ${notes().join('; ')}`,
  );
  const [first, standIn] = [`${fileOf('one')} run`, `${installed()} run one`];
  const eleven = notes()
    .slice(0, 11)
    .map((each) => each.trim());
  expect(eleven).toEqual([...Array<string>(5).fill(first), ...Array<string>(5).fill(standIn), first]);
});
