import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { removeTree } from '../../agent/install/remove-tree.ts';

const project = path.resolve(import.meta.dirname, '../..');

/** Somebody who follows the documentation, in a checkout where `npm start` runs. */
export interface Reader {
  /** Carries a script out in one shell, and ends at the first command that fails. */
  bash(script: string): Promise<{ readonly code: number | null; readonly output: string }>;
  leave(): Promise<void>;
}

/** @throws Error with its output when the stack doesn't start */
export async function openReader(): Promise<Reader> {
  const folder = await mkdtemp(path.join(tmpdir(), 'slipway-reader-'));
  const stack = spawn(process.execPath, [path.join(import.meta.dirname, 'stack-for-reader.ts')], { cwd: project });
  const { data, temporalCli, temporal } = await untilReady(stack);
  // A folder that looks like the checkout to a shell, with the stack's data where `npm start` keeps them.
  for (const part of ['cli', 'docs', 'infra']) await symlink(path.join(project, part), path.join(folder, part));
  await symlink(data, path.join(folder, '.slipway'));
  const home = await makeHome(folder, data);
  const searched = [path.dirname(process.execPath), process.env['PATH'], path.dirname(temporalCli)];
  const env = {
    HOME: home,
    PATH: searched.join(':'),
    TEMPORAL_ADDRESS: temporal.address,
    TEMPORAL_NAMESPACE: temporal.namespace,
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

/** The command line looks for an embedded Slipway in its own checkout: this one is named as any other is. */
async function makeHome(folder: string, data: string): Promise<string> {
  const home = path.join(folder, 'home');
  await mkdir(path.join(home, '.config'), { recursive: true });
  await symlink(path.join(data, 'run'), path.join(home, '.config/slipway'));
  await writeFile(path.join(home, '.gitconfig'), '[user]\n  name = lin\n  email = lin@example.com\n');
  return home;
}

/** What the stack says of itself. */
export interface ReadyLine {
  readonly data: string;
  readonly temporalCli: string;
  readonly temporal: { readonly address: string; readonly namespace: string };
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
