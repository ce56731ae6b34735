import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import path from 'node:path';

/** What one operation of a tool cost. */
export interface Cost {
  readonly wallMs: number;
  /** Of the controller: the tool and all that it started here. */
  readonly cpuMs: number;
  /** Of the release, that left the controller. */
  readonly sentBytes: number;
}

/**
 * Runs a command to its end. Rsync is counted: the one that the tool finds first writes down what it sent. @throws Error with
 * the output when it doesn't exit with 0
 */
export async function runTool(folder: string, argv: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Cost> {
  const counted = path.join(folder, 'counted');
  const sent = path.join(counted, 'sent');
  mkdirSync(counted, { recursive: true });
  rmSync(sent, { force: true });
  const rsync = path.join(counted, 'rsync');
  writeFileSync(rsync, countedRsync(sent));
  chmodSync(rsync, 0o755);
  const timed = ['-c', 'TIMEFORMAT="cpu %U %S"; time "$@"', 'bash', ...argv];
  const child = spawn('bash', timed, {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, LC_ALL: 'C.UTF-8', ...env, PATH: `${counted}:${process.env['PATH'] ?? ''}` },
  });
  const startedAt = performance.now();
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  const wallMs = Math.round(performance.now() - startedAt);
  if (child.exitCode !== 0) throw new Error(`${argv.join(' ')} ended with ${child.exitCode}: ${stdout}${stderr}`);
  const [, user, system] = /^cpu ([\d.]+) ([\d.]+)$/m.exec(stderr) ?? [];
  return { wallMs, cpuMs: Math.round((Number(user) + Number(system)) * 1_000), sentBytes: sumOf(sent) };
}

/** The next rsync on PATH, with its own count of bytes. */
const countedRsync = (file: string): string => `#!/bin/sh
PATH=\${PATH#*:}
out=$(rsync --stats "$@") || exit
printf '%s\\n' "$out" | sed -n 's/^Total bytes sent: //p' >>${file}
printf '%s\\n' "$out"
`;

function sumOf(file: string): number {
  try {
    const lines = readFileSync(file, 'utf8').trim().split('\n');
    return lines.reduce((sum, line) => sum + Number(line.replaceAll(',', '')), 0);
  } catch {
    return 0; // nothing was copied
  }
}
