import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { removeTree } from '../../agent/install/remove-tree.ts';
import { cacheFolder } from '../../infra/local/tools/tool-cache.ts';

const project = path.resolve(import.meta.dirname, '../..');

/** Somebody who follows the documentation, in a checkout where `npm start` runs. */
export interface Reader {
  /** Carries a script out in one shell, and ends at the first command that fails. */
  bash(script: string): Promise<{ readonly code: number | null; readonly output: string }>;
  leave(): Promise<void>;
}

/**
 * @param environment what `npm start` is given beside its usual environment
 * @throws Error with its output when the stack doesn't start
 */
export async function openReader(environment: Readonly<Record<string, string>> = {}): Promise<Reader> {
  const folder = await mkdtemp(path.join(tmpdir(), 'slipway-reader-'));
  const stack = spawn(process.execPath, [path.join(import.meta.dirname, 'stack-for-reader.ts')], {
    cwd: project,
    env: { ...process.env, ...environment },
  });
  const { data, temporalAddress } = await untilReady(stack);
  await makeCheckout(folder, data);
  const env = {
    HOME: await makeHome(folder),
    PATH: [path.dirname(process.execPath), process.env['PATH']].join(':'),
    NODE_COMPILE_CACHE: path.join(folder, 'compiled'), // by paths that no later reader has
    TEMPORAL_ADDRESS: temporalAddress, // no usual port
  };
  return {
    bash: (script) => runBash(script, { cwd: folder, env }),
    async leave() {
      stack.stdin!.end();
      if (stack.exitCode === null && stack.signalCode === null) await once(stack, 'exit');
      await removeTree(folder);
    },
  };
}

/** What the command line needs of a checkout, as files of its own, and the stack's data where `npm start` keeps them. */
async function makeCheckout(folder: string, data: string): Promise<void> {
  const copied = ['cli', 'domain', 'protocol', 'infra/local/launcher.mjs', 'docs/examples', 'package.json'];
  for (const part of [...copied, 'package-lock.json'])
    await cp(path.join(project, part), path.join(folder, part), { recursive: true });
  await symlink(path.join(project, 'node_modules'), path.join(folder, 'node_modules'));
  await symlink(data, path.join(folder, '.slipway'));
}

/** Nothing is set up in it; what `npm start` unpacked into the cache is there. */
async function makeHome(folder: string): Promise<string> {
  const home = path.join(folder, 'home');
  await mkdir(path.join(home, '.cache'), { recursive: true });
  await symlink(cacheFolder(process.env), path.join(home, '.cache/slipway'));
  return home;
}

/** What the stack says of itself. */
export interface ReadyLine {
  readonly data: string;
  readonly temporalAddress: string;
}

async function untilReady(stack: ChildProcess): Promise<ReadyLine> {
  let output = '';
  let problems = '';
  stack.stderr!.on('data', (text: Buffer) => (problems += text.toString()));
  return new Promise((resolve, reject) => {
    stack.once('exit', (code) => reject(new Error(`the stack ended with ${code}\n${problems}`)));
    stack.stdout!.on('data', (text: Buffer) => {
      output += text.toString();
      const [line, rest] = output.split('\n');
      if (rest !== undefined) resolve(JSON.parse(line!) as ReadyLine);
    });
  });
}

function runBash(script: string, where: { readonly cwd: string; readonly env: NodeJS.ProcessEnv }) {
  const child = spawn('bash', ['-euo', 'pipefail', '-c', script], { ...where, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (output += text.toString()));
  return new Promise<{ readonly code: number | null; readonly output: string }>((resolve) =>
    child.on('close', (code) => resolve({ code, output })),
  );
}
