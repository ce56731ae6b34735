import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Digest, ServiceName } from '../../domain/names.ts';
import type { HeldSecrets } from '../../domain/secret/usable-secrets.ts';
import { freePort } from '../../infra/local/free-port.ts';
import { openAgentDirectory, type AgentDirectory } from '../agent-directory.ts';
import { findMarked, identify } from '../process-identity.ts';
import { heldSecrets } from '../secrets/held-secrets.ts';
import { stopHost } from '../stop-host.ts';
import { until } from '../testing/test-agent.ts';
import { ensureKeeper, statusOf } from './ensure-keeper.ts';
import { keeperPlaces } from './keeper-place.ts';
import { askKeeper } from './keeper-connection.ts';
import type { KeeperAnswer, KeeperStatus } from './keeper-status.ts';
import { startKeeper } from './start-keeper.ts';

const checkout = 'checkout' as ServiceName;
let folder: string;
let directory: AgentDirectory;
let keeper: string;

beforeEach(() => {
  // Longer than the path of a socket may be.
  folder = path.join(mkdtempSync(path.join(tmpdir(), 'slipway-keeper-')), 'deep'.repeat(30));
  directory = openAgentDirectory(folder);
  keeper = directory.service(checkout).keeper;
});
afterEach(async () => {
  await stopHost(folder, 500);
  rmSync(path.dirname(folder), { recursive: true });
});

const place = () => keeperPlaces(directory, checkout)[0];
const ensure = () => ensureKeeper(place(), 0);
let instances = 0;

/** Runs a shell script as the instance. */
function start(script: string, env: Readonly<Record<string, string>> = {}): Promise<KeeperAnswer> {
  const id = `${place().prefix}${++instances}`;
  const argv = ['/bin/sh', '-c', script];
  return askKeeper(
    keeper,
    {
      do: 'start',
      id,
      release: 'sha256:1' as Digest,
      port: 1,
      argv,
      cwd: '/',
      env: { PATH: process.env['PATH']!, ...env },
    },
    5_000,
  );
}
const running = async (script: string): Promise<number> => {
  const answer = await start(script);
  if (!answer.ok) throw new Error(answer.reason);
  return answer.status.instance!.process!.pid;
};
const stop = (timeoutMs = 500) => askKeeper(keeper, { do: 'stop', timeoutMs }, 10_000);
const status = async (): Promise<KeeperStatus> => (await statusOf(keeper))!;
const untilExit = () =>
  until(
    async () => (await status()).instance?.exit !== null,
    () => 'it runs on',
  );
const logFile = (): string => path.join(directory.service(checkout).logs, 'instance.log');
/** Empty also while its keeper begins another file. */
function log(): string {
  try {
    return readFileSync(logFile(), 'utf8');
  } catch {
    return '';
  }
}
const marked = () => findMarked('SLIPWAY_INSTANCE', place().prefix);
/** What was killed is there until it has had a processor once more. */
const untilNothingIsMarked = () =>
  until(
    () => marked().length === 0,
    () => JSON.stringify(marked()),
  );

describe('a keeper', () => {
  it('is one a service, and only its owner may talk to it', async () => {
    const [one, other] = await Promise.all([ensure(), ensure()]);
    expect(one.keeper).toEqual(other.keeper);
    expect(statSync(path.join(keeper, 'keeper.sock')).mode & 0o777).toBe(0o600);
    expect(statSync(keeper).mode & 0o777).toBe(0o700);
  });

  it('starts an instance in a group of its own, with exactly the environment that it is given', async () => {
    await ensure();
    const answer = await start('env; echo "group $(ps -o pgid= -p $$)"; exec sleep 60', { COLOUR: 'blue' });
    expect(answer.ok).toBe(true);
    await until(
      () => log().includes('group'),
      () => 'no output',
    );
    const { pid } = (await status()).instance!.process!;
    const lines = log()
      .split('\n')
      .filter((line) => !/^(PWD|_|SHLVL|OLDPWD)=/.test(line));
    expect(lines).toEqual(expect.arrayContaining(['COLOUR=blue', `SLIPWAY_INSTANCE=${place().prefix}${instances}`]));
    expect(lines.filter((line) => line.includes('='))).toHaveLength(3);
    expect(log().replaceAll(' ', '')).toContain(`group${pid}`);
  });

  it('never runs two', async () => {
    await ensure();
    const pid = await running('exec sleep 60');
    expect(await start('exec sleep 60')).toMatchObject({ ok: false, code: 'running' });
    expect(marked().map((process) => process.pid)).toEqual([pid]);
  });

  it('tells how an instance ended, also to those who ask later', async () => {
    await ensure();
    await running('exit 7');
    await untilExit();
    expect((await status()).instance?.exit).toMatchObject({ code: 7, how: 'exited with code 7' });
    await running('kill -9 $$');
    await untilExit();
    expect((await status()).instance?.exit).toMatchObject({ signal: 'SIGKILL', how: 'ended by SIGKILL' });
  });

  it('says which command can not be run', async () => {
    await ensure();
    const id = `${place().prefix}x`;
    const request = {
      do: 'start',
      id,
      release: 'sha256:1' as Digest,
      port: 1,
      argv: ['/no/such'],
      cwd: '/',
      env: {},
    } as const;
    expect(await askKeeper(keeper, request, 5_000)).toMatchObject({
      ok: false,
      code: 'spawn',
      reason: "/no/such can't be run (ENOENT)",
    });
    expect((await status()).instance?.exit).not.toBeNull();
  });

  it('asks an instance to end, and kills it when it does not', async () => {
    await ensure();
    await running(`trap 'exit 0' TERM; echo polite; while :; do sleep 0.05; done`);
    await until(
      () => log().includes('polite'),
      () => 'no output',
    );
    await stop(5_000);
    expect((await status()).instance?.exit).toMatchObject({ code: 0 });
    await running(`trap '' TERM; echo deaf; while :; do sleep 0.05; done`);
    await until(
      () => log().includes('deaf'),
      () => 'no output',
    );
    await stop(200);
    expect((await status()).instance?.exit).toMatchObject({ signal: 'SIGKILL' });
  });

  it('leaves nothing behind of a service that forked out of its group', async () => {
    await ensure();
    // Longer than anything waits here: none ends by itself.
    await running(`setsid sh -c 'trap "" TERM HUP; sleep 1001' & setsid sleep 1002 & exec sleep 1003`);
    await until(
      () => marked().length >= 4,
      () => 'it did not fork',
    );
    await stop();
    await untilNothingIsMarked();
    await running('setsid sleep 1004 & sleep 0.2; exit 3');
    await untilExit();
    await untilNothingIsMarked();
    expect(marked()).toEqual([]);
  });

  it('leaves nothing behind that has no environment in the moment in which it looks, in the middle of an exec', async () => {
    await ensure();
    const again = path.join(folder, 'again');
    writeFileSync(again, `exec /bin/sh ${again}\n`);
    await running(`for n in $(seq 20); do setsid /bin/sh ${again} & done; exec sleep 60`);
    await until(
      () => marked().length >= 15,
      () => `${marked().length} run`,
    );
    await stop();
    await untilNothingIsMarked();
    await delay(100);
    expect(marked()).toEqual([]);
  });

  it('keeps no more of the output than it may, with the newest at hand', async () => {
    await ensure();
    const logs = directory.service(checkout).logs;
    await running('yes 0123456789012345678901234567890123456789 | head -c 130000000; echo the end; sleep 60');
    // The last file is rewritten all the time; its end is looked at only when it stays as it is.
    await until(
      () => existsSync(`${logFile()}.4`) && log().endsWith('the end\n'),
      () => 'the output did not end',
    );
    const sizes = readdirSync(logs).map((name) => statSync(path.join(logs, name)).size);
    expect(sizes).toHaveLength(5);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(20 * 1024 * 1024);
  });
});

describe('a killed keeper', () => {
  const killKeeper = async (): Promise<void> => {
    const { keeper: identity } = await status();
    process.kill(identity.pid, 'SIGKILL');
    await until(
      () => identify(identity.pid) === null,
      () => 'it lives',
    );
  };

  it('leaves the instance and its output to the next one', async () => {
    await ensure();
    const pid = await running('while :; do echo tick; sleep 0.02; done');
    await killKeeper();
    await ensure();
    const { instance } = await status();
    expect(instance).toMatchObject({ process: { pid }, exit: null });
    const before = log().length;
    await until(
      () => log().length > before + 100,
      () => 'no more output',
    );
    await stop();
    expect((await status()).instance?.exit).not.toBeNull();
    expect(identify(pid)).toBeNull();
  });

  it('hands over an instance of which it could not write the pid', async () => {
    await ensure();
    const pid = await running('exec sleep 60');
    await killKeeper();
    const file = path.join(keeper, 'keeper.json');
    const written = JSON.parse(readFileSync(file, 'utf8')) as { instance: object };
    writeFileSync(file, JSON.stringify({ ...written, instance: { ...written.instance, process: null } }));
    await ensure();
    expect((await status()).instance).toMatchObject({ process: { pid }, exit: null });
  });

  it('whose instance is gone too is followed by one that says so, and signals no stranger that has the pid', async () => {
    await ensure();
    const pid = await running('exec sleep 60');
    await killKeeper();
    process.kill(pid, 'SIGKILL');
    await until(
      () => identify(pid) === null,
      () => 'it lives',
    );
    const stranger = spawn('sleep', ['60'], { detached: true });
    const file = path.join(keeper, 'keeper.json');
    const written = JSON.parse(readFileSync(file, 'utf8')) as { instance: { process: object } };
    const process_ = { ...written.instance.process, pid: stranger.pid };
    writeFileSync(
      file,
      JSON.stringify({ ...written, keeper: process_, instance: { ...written.instance, process: process_ } }),
    );
    await ensure();
    expect((await status()).instance?.exit).not.toBeNull();
    await stopHost(folder, 500);
    expect(identify(stranger.pid!)).not.toBeNull();
    stranger.kill('SIGKILL');
    await once(stranger, 'exit');
  });

  it('with a torn state file leaves no instance that nobody knows', async () => {
    await ensure();
    await running('exec sleep 60');
    await killKeeper();
    writeFileSync(path.join(keeper, 'keeper.json'), '{"protocol":1,"ins');
    await ensure();
    expect((await status()).instance).toBeNull();
    await untilNothingIsMarked();
  });
});

it('a keeper that lives and does not answer is replaced, and its instance kept', async () => {
  await ensure();
  const pid = await running('exec sleep 60');
  const { keeper: hung } = await status();
  process.kill(hung.pid, 'SIGSTOP');
  const { keeper: next, instance } = await ensure();
  expect(next).not.toEqual(hung);
  expect(identify(hung.pid)).toBeNull();
  expect(instance).toMatchObject({ process: { pid }, exit: null });
});

describe('what a keeper is told of secrets', () => {
  const held = { release: 'sha256:1' as Digest, atMs: 1, values: { 'db-url': 'cGxhbnRlZC12YWx1ZQ==' } };
  const hold = (secrets: readonly HeldSecrets[]) => askKeeper(keeper, { do: 'hold', secrets }, 5_000);
  const written = (): string => readFileSync(path.join(keeper, 'keeper.json'), 'utf8');

  it('is remembered for three releases, the newest, and written nowhere', async () => {
    await ensure();
    const of = (n: number): HeldSecrets => ({ ...held, release: `sha256:${n}` as Digest, atMs: n });
    await hold([of(3), of(1)]);
    await hold([of(2), of(4), { ...of(3), atMs: 5 }]);
    expect((await heldSecrets(keeper)).map(({ release }) => release)).toEqual(['sha256:3', 'sha256:4', 'sha256:2']);
    await running('exec sleep 60');
    expect(written()).not.toContain(held.values['db-url']);
  });

  it('goes to the next one over its socket: of another build, or with a socket for callers', async () => {
    const config = {
      protocol: 1,
      build: 'another',
      directory: keeper,
      logDirectory: place().logs,
      lock: `slipway-keeper:${place().name}`,
      prefix: place().prefix,
      socketPort: null,
      logFileBytes: 1_000_000,
      logFiles: 2,
      reserveBytes: 0,
    };
    for (const made of [keeper, place().logs]) mkdirSync(made, { recursive: true, mode: 0o700 });
    await startKeeper(place(), null, config);
    await until(
      async () => (await statusOf(keeper)) !== null,
      () => 'it does not answer',
    );
    const first = (await status()).keeper;
    await hold([held]);
    const second = (await ensure()).keeper;
    expect(second).not.toEqual(first);
    expect(await heldSecrets(keeper)).toEqual([held]);
    const third = await ensureKeeper(place(), 0, await freePort());
    expect(third.keeper).not.toEqual(second);
    expect(await heldSecrets(keeper)).toEqual([held]);
    expect(readFileSync(`/proc/${third.keeper.pid}/cmdline`, 'utf8')).not.toContain(held.values['db-url']);
  });

  it('lies in files as long as the instance runs, though its keeper is killed', async () => {
    const memory = mkdtempSync('/dev/shm/slipway-keeper-');
    const startWith = (id: string) =>
      askKeeper(
        keeper,
        {
          do: 'start',
          id: `${place().prefix}${id}`,
          release: held.release,
          port: 1,
          argv: ['/bin/sh', '-c', 'exec sleep 60'],
          cwd: '/',
          env: { PATH: process.env['PATH']! },
          secrets: {
            held,
            files: { folder: path.join(memory, `slipway.m.${id}`), account: null, contents: { key: 'a2V5' } },
          },
        },
        5_000,
      );
    try {
      // What an instance left that nobody saw ending, and what is another service's.
      for (const left of ['slipway.m.left', 'slipway.other.left']) mkdirSync(path.join(memory, left));
      await ensure();
      await startWith('1');
      expect(readdirSync(memory).toSorted()).toEqual(['slipway.m.1', 'slipway.other.left']);
      expect(readFileSync(path.join(memory, 'slipway.m.1', 'key'), 'utf8')).toBe('key');
      const { keeper: killed } = await status();
      process.kill(killed.pid, 'SIGKILL');
      await until(
        () => identify(killed.pid) === null,
        () => 'it lives',
      );
      await ensure();
      expect(readdirSync(memory)).toContain('slipway.m.1');
      await stop();
      expect(readdirSync(memory)).toEqual(['slipway.other.left']);
    } finally {
      rmSync(memory, { recursive: true });
    }
  });

  it('that is no JSON is not told back: it may hold a value', async () => {
    await ensure();
    // Written as the word `undefined`.
    const malformed = { toJSON: () => undefined } as never;
    const answer = await askKeeper(keeper, malformed, 5_000);
    expect(answer).toMatchObject({ ok: false, reason: 'that is no JSON' });
  });
});

describe('a stopped host', () => {
  it('has no keeper and no instance left, though keepers were killed or do not answer', async () => {
    await ensure();
    await running(`trap '' TERM; while :; do sleep 0.05; done`);
    const { keeper: identity } = await status();
    process.kill(identity.pid, 'SIGSTOP');
    await stopHost(folder, 100);
    expect(identify(identity.pid)).toBeNull();
    expect(marked()).toEqual([]);
  });

  it('is not one whose agent still runs', async () => {
    const { lockAgentDirectory } = await import('../only-agent.ts');
    const lock = await lockAgentDirectory(directory);
    await expect(stopHost(folder)).rejects.toThrow('another agent runs with the folder');
    lock.release();
  });
});
