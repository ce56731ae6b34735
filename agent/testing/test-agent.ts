import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { DurableEvent } from '../../domain/host/events.ts';
import type { ProcessIdentity } from '../../domain/host/service-state.ts';
import { openAgentDirectory, type AgentDirectory } from '../agent-directory.ts';
import { openIdentityFiles } from '../identity/identity-files.ts';
import { awaitAgentLock } from '../only-agent.ts';
import { identify, isAlive, signalProcess } from '../process-identity.ts';
import { decodeLines } from '../state/journal-line.ts';
import { stopHost } from '../stop-host.ts';
import { freePort } from '../../infra/local/free-port.ts';
import { checkout, testHost, testRegion, type TestRegion } from './test-region.ts';
import { newKeyPair } from '../../test/host-certificates.ts';
import { atOnceMs, patienceMs } from '../../test/patience.ts';
import { programEnvironment } from '../../test/program-environment.ts';

/** One host: its folder, and its agent as a process, which may be killed and started again. */
export interface TestHost {
  readonly directory: AgentDirectory;
  /** Starts the agent; `killAt` is a step of kill-at.mjs. */
  start(options?: {
    readonly killAt?: string;
    readonly env?: Readonly<Record<string, string>>;
    /** Entry of another copy of the code. */
    readonly main?: string;
    /** By launch-agent, as init systems do. Nothing but the one file can be. */
    readonly launched?: boolean;
    /** What starts it, as in `unshare --pid`. */
    readonly under?: readonly string[];
  }): void;
  agent(): ChildProcess;
  /** `slipway-agent <args>` on this host, as an operator types it. */
  command(args: readonly string[], options?: CommandOptions): Promise<CommandResult>;
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** Resolves when the agent has ended by itself. */
  ended(): Promise<void>;
  /** The agent's output so far. */
  output(): string;
  journal(): readonly DurableEvent[];
  /** What the instance that serves answers; null when none does. */
  ask(what: 'release' | 'pid' | 'healthz'): Promise<string | null>;
  /** Asks until the answer is this one. */
  untilAnswers(what: 'release' | 'pid', answer: string): Promise<void>;
  /** `<release> <pid>` of every start of an instance. */
  starts(): readonly string[];
  data(file: string): string;
  /** Ends agent, keepers and instances, and removes the folder. */
  destroy(): Promise<void>;
}

export interface CommandOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** What starts it, as in `unshare -n`. */
  readonly under?: readonly string[];
  /** Modules loaded before it. */
  readonly hooks?: readonly string[];
  /** The agent's settings stand in a file alone, as on a host where install.sh was. */
  readonly installed?: boolean;
}

export interface CommandResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly tookMs: number;
}

const commandMain = path.join(import.meta.dirname, '..', 'slipway-agent.ts');
const agentMain = path.join(import.meta.dirname, '..', 'main.ts');
const launcher = path.join(import.meta.dirname, '..', 'install-kit', 'launch-agent');
const killHook = path.join(import.meta.dirname, 'kill-at.mjs');

/** @param file the one file that hosts get; the sources when it isn't given */
export async function openTestHost(region: TestRegion, parent = tmpdir(), file?: string): Promise<TestHost> {
  const folder = mkdtempSync(path.join(parent, 'slipway-host-'));
  const directory = openAgentDirectory(path.join(folder, 'agent'));
  const rootFile = path.join(folder, 'root.json');
  writeFileSync(rootFile, JSON.stringify(region.trust.root));
  await giveIdentity(region, directory);
  const port = await freePort();
  const { data } = directory.service(checkout);
  const ownEnvironment = {
    ...programEnvironment,
    SLIPWAY_HOST: testHost,
    SLIPWAY_REGION: testRegion,
    SLIPWAY_GATEWAY_URL: region.gateway.url,
    SLIPWAY_ROOT_FILE: rootFile,
    SLIPWAY_AGENT_DIRECTORY: directory.root,
    SLIPWAY_INSTANCE_PORTS: `${port}-${port}`,
    SLIPWAY_RESERVE_BYTES: '1048576',
    SLIPWAY_LOG_LEVEL: 'debug',
  };
  const agentProgram = file === undefined ? [agentMain] : [file, 'run'];
  let child: ChildProcess | null = null;
  let output = '';
  let hasParent = false;

  const host: TestHost = {
    directory,
    start({ killAt, env = {}, main, launched = false, under = [] } = {}) {
      const hook = killAt === undefined ? [] : ['--import', `file://${killHook}?${encodeURIComponent(killAt)}`];
      hasParent = launched || under.length > 0;
      const program = main === undefined ? agentProgram : [main];
      const flags = ['--disable-warning=ExperimentalWarning', ...hook];
      const own = launched ? ['/bin/sh', launcher, process.execPath, file!] : [process.execPath, ...flags, ...program];
      const [first = '', ...rest] = [...under, ...own];
      child = spawn(first, rest, {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...ownEnvironment, ...(launched && { NODE_OPTIONS: flags.join(' ') }), ...env },
      });
      child.stdout?.on('data', (text: Buffer) => (output += text.toString()));
      child.stderr?.on('data', (text: Buffer) => (output += text.toString()));
    },
    agent: () => child!,
    command: (args, { env = {}, under = [], hooks = [], installed = false } = {}) =>
      runCommand(
        [...under, process.execPath, ...hooks.flatMap((hook) => ['--import', hook]), file ?? commandMain, ...args],
        { ...(installed ? inFile(path.join(folder, 'agent.env'), ownEnvironment) : ownEnvironment), ...env },
      ),
    async kill(signal = 'SIGKILL') {
      if (child === null || child.exitCode !== null || child.signalCode !== null) return;
      child.kill(signal);
      await once(child, 'exit');
      const launched = findLaunched(child.pid!);
      for (const agent of launched) if (signal === 'SIGKILL') signalProcess(agent, signal);
      await until(
        () => launched.every((agent) => !isAlive(agent)),
        () => 'the agent outlives its launcher',
      );
      // Gone from /proc, and the last of its threads may still hold the lock.
      if (hasParent) (await awaitAgentLock(directory, patienceMs)).release();
    },
    async ended() {
      if (child!.exitCode === null && child!.signalCode === null)
        await once(child!, 'exit', { signal: AbortSignal.timeout(patienceMs) });
    },
    output: () => output,
    journal: () =>
      decodeLines(readFileSync(directory.journal)).texts.map(
        (text) => (JSON.parse(text) as { event: DurableEvent }).event,
      ),
    ask: (what) =>
      fetch(`http://127.0.0.1:${port}/${what}`).then(
        (response) => response.text(),
        () => null,
      ),
    async untilAnswers(what, answer) {
      await until(
        async () => (await host.ask(what)) === answer,
        () => `${what} is not ${answer}\n${output}`,
      );
    },
    starts: () =>
      existsSync(path.join(data, 'starts')) ? readFileSync(path.join(data, 'starts'), 'utf8').trim().split('\n') : [],
    data(file) {
      mkdirSync(data, { recursive: true });
      return path.join(data, file);
    },
    async destroy() {
      await host.kill();
      await stopHost(directory.root, 1_000);
      await rmTree(folder);
    },
  };
  return host;
}

function inFile(file: string, settings: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const lines = Object.entries(settings).filter(([name]) => name.startsWith('SLIPWAY_'));
  writeFileSync(file, lines.map((line) => `${line.join('=')}\n`).join(''));
  return { ...programEnvironment, SLIPWAY_AGENT_ENV: file };
}

/** The agent of a launcher. */
export const findLaunched = (launcherPid: number): readonly ProcessIdentity[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        return readFileSync(`/proc/${name}/environ`, 'latin1').split('\0').includes(`SLIPWAY_LAUNCHER=${launcherPid}`);
      } catch {
        return false;
      }
    })
    .flatMap((name) => identify(Number(name)) ?? []);

async function runCommand(argv: readonly string[], env: NodeJS.ProcessEnv): Promise<CommandResult> {
  const startedAt = performance.now();
  const child = spawn(argv[0]!, argv.slice(1), { stdio: ['ignore', 'pipe', 'pipe'], env });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (text: Buffer) => (stdout += text.toString()));
  child.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
  await once(child, 'close');
  return { exitCode: child.exitCode, stdout, stderr, tookMs: performance.now() - startedAt };
}

/** As if the host had enrolled itself. */
export async function giveIdentity(
  { authority }: TestRegion,
  { identity }: Pick<AgentDirectory, 'identity'>,
): Promise<void> {
  const pair = newKeyPair();
  const { certificate } = await authority.certify(testHost, pair);
  const own = { host: testHost, region: authority.authority.region };
  await openIdentityFiles(identity, own, () => undefined).write('host', {
    key: pair.privateKey,
    certificate,
    token: null,
  });
}

/** Until the condition holds. @throws with what is wrong after `waitMs` */
export async function until(
  holds: () => boolean | Promise<boolean>,
  what: () => string,
  waitMs = atOnceMs,
): Promise<void> {
  const deadline = Date.now() + waitMs;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`waited in vain: ${what()}`);
    await delay(20);
  }
}

async function rmTree(folder: string): Promise<void> {
  const { removeTree } = await import('../install/remove-tree.ts');
  await removeTree(folder);
  rmSync(folder, { recursive: true, force: true });
}
