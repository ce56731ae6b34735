import { access } from 'node:fs/promises';
import path from 'node:path';
import { namesHostFault } from '../host-faults.ts';
import type { InstalledRelease } from '../install/installed-release.ts';
import type { Environment } from '../agent-config.ts';
import { runCommand, type CommandEnd } from '../health/run-command.ts';
import { couldNotCheckCode } from './could-not-check.ts';
import { agentFile } from './own-files.ts';

const proofTimeoutMs = 30_000;

export type Proof =
  | { readonly fit: true }
  /** `unknown`: the host kept it from being found out. Reasons are for people. */
  | { readonly fit: false | 'unknown'; readonly reason: string };

/**
 * Whether an agent's file, beside the one that runs, starts here, can read all that this host remembers, and can keep an instance.
 * It changes nothing of this host.
 */
export async function proveRelease({ tree }: InstalledRelease, settings: Environment): Promise<Proof> {
  const file = path.join(tree, agentFile);
  const isThere = await access(file).then(
    () => true,
    () => false,
  );
  if (!isThere) return { fit: false, reason: `the release holds no file ${agentFile}` };
  const env = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
  const setting = { cwd: tree, env: env as Record<string, string> };
  return judge(await runCommand([process.execPath, file, 'self-test'], setting, proofTimeoutMs));
}

/** What ends by a signal, or late, was killed for want of memory or starved as likely as it is bad. */
export function judge(end: CommandEnd): Proof {
  if (end.how === 'late')
    return { fit: 'unknown', reason: `its self-test did not end within ${proofTimeoutMs / 1_000} s` };
  if (end.how === 'not-run') return { fit: 'unknown', reason: `its self-test can't be run (${end.code})` };
  if (end.code === 0) return { fit: true };
  const reason = `its self-test failed: ${whatItSaid(end) || (end.signal ?? `code ${end.code}`)}`;
  const isOfHost = end.code === null || end.code === couldNotCheckCode || namesHostFault(end.said);
  return { fit: isOfHost ? 'unknown' : false, reason };
}

const lineMaxLength = 200;

/** What Node ends with when nobody caught an error says nothing of it; the line that names it does. */
function whatItSaid({ said, lastLine }: Extract<CommandEnd, { readonly how: 'ended' }>): string {
  const named = said.split('\n').find((line) => /^\w*Error\b.*: /.test(line));
  return (named ?? lastLine).slice(0, lineMaxLength);
}
