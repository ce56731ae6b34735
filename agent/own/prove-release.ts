import { access } from 'node:fs/promises';
import path from 'node:path';
import type { InstalledRelease } from '../install/installed-release.ts';
import type { Environment } from '../agent-config.ts';
import { runCommand } from '../health/run-command.ts';
import { agentFile } from './own-files.ts';

const proofTimeoutMs = 30_000;

/**
 * Whether an agent's file, beside the one that runs, starts here and can read all that this host remembers. It only reads.
 * Null when it can; else why not, for people.
 */
export async function proveRelease({ tree }: InstalledRelease, settings: Environment): Promise<string | null> {
  const file = path.join(tree, agentFile);
  const isThere = await access(file).then(
    () => true,
    () => false,
  );
  if (!isThere) return `the release holds no file ${agentFile}`;
  const env = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
  const setting = { cwd: tree, env: env as Record<string, string> };
  const end = await runCommand([process.execPath, file, 'self-test'], setting, proofTimeoutMs);
  if (end.how === 'late') return `its self-test did not end within ${proofTimeoutMs / 1_000} s`;
  if (end.how === 'not-run') return `its self-test can't be run (${end.code})`;
  return end.code === 0 ? null : `its self-test failed: ${end.lastLine || (end.signal ?? `code ${end.code}`)}`;
}
