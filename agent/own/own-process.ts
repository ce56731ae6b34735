import { randomUUID } from 'node:crypto';
import { realpathSync } from 'node:fs';
import path from 'node:path';
import { ownService } from '../../domain/host/own-service.ts';
import type { Instance } from '../../domain/host/service-state.ts';
import { isDigest, type Digest } from '../../domain/names.ts';
import type { HealthConfig } from '../../domain/spec/service-spec.ts';
import { nameDigest, type AgentDirectory } from '../agent-directory.ts';
import type { Environment } from '../agent-config.ts';
import { identify } from '../process-identity.ts';
import { agentFile } from './own-files.ts';

/** The launcher starts what `current` names then, at once: any other end it waits after. */
export const handOverExitCode = 10;

/** Another process holds the folder: nothing was found out about this agent, so the launcher doesn't count the start. */
export const lockedOutExitCode = 11;

/** This process, seen as the instance of `slipway-agent`. */
export interface OwnProcess {
  /** The release that it was started from; null for the file that `install.sh` has put there. */
  readonly release: Digest | null;
  /** A launcher is its parent, so that another agent is started when it ends. */
  readonly isLaunched: boolean;
  /** The release that ended again and again, so that the launcher started this file in its place. */
  readonly standsInFor: Digest | null;
  /** Ends this process in good order, for the launcher to start the next. */
  handOver(): void;
}

export function readOwnProcess(directory: AgentDirectory, env: Environment, handOver: () => void): OwnProcess {
  const standsIn = nameDigest(path.basename(env['SLIPWAY_STANDS_IN_FOR'] ?? ''));
  return {
    release: releaseOf(directory, process.argv[1] ?? ''),
    isLaunched: Number(env['SLIPWAY_LAUNCHER']) === process.ppid,
    standsInFor: isDigest(standsIn) ? standsIn : null,
    handOver,
  };
}

/** `<releases>/<digest>/tree/slipway-agent`, whatever links led there. */
function releaseOf(directory: AgentDirectory, program: string): Digest | null {
  const file = realpathSync(program);
  const { releases, release } = directory.service(ownService);
  const digest = nameDigest(path.relative(releases, file).split(path.sep)[0] ?? '');
  return isDigest(digest) && file === path.join(release(digest).tree, agentFile) ? digest : null;
}

/** It listens nowhere: a host's agent has no port. */
export function ownInstance({ mark }: AgentDirectory, release: Digest, health: HealthConfig): Instance {
  const self = identify(process.pid);
  if (self === null) throw new Error('this process is not in /proc');
  return { id: `${mark}/${ownService}/${randomUUID()}`, release, process: self, port: 0, health };
}

const lookEveryMs = 500;

/** An agent without its launcher would be started a second time by the next one: it ends. */
export function endWithLauncher(env: Environment, onOrphaned: () => void): void {
  const launcher = Number(env['SLIPWAY_LAUNCHER']);
  if (!(launcher > 0)) return;
  setInterval(() => {
    if (process.ppid !== launcher) onOrphaned();
  }, lookEveryMs).unref();
}
