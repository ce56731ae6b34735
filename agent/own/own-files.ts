import { rm } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ownService } from '../../domain/host/own-service.ts';
import type { Digest } from '../../domain/names.ts';
import { digestName, type AgentDirectory } from '../agent-directory.ts';
import { makeDirectory, replaceFile, syncDirectory } from '../durable-files.ts';

/** In the tree of a release of the agent. */
export const agentFile = 'slipway-agent';

/** In which lines the launcher names the file that `install.sh` has put there. */
export const installedName = 'installed';

/** What agent and launcher tell each other, below `services/slipway-agent/`. */
export function ownFiles(directory: AgentDirectory) {
  const { root } = directory.service(ownService);
  return {
    root,
    /** Three lines: what to go back to, what is tried, and how many seconds it has. There until it is confirmed. */
    trial: path.join(root, 'trial'),
    /** A line for each start of what is tried. The launcher's. */
    starts: path.join(root, 'starts'),
    /** Two lines: what the launcher went back from, and why. The launcher's, until an agent has remembered it. */
    goneBack: path.join(root, 'gone-back'),
  };
}

export interface OwnTrial {
  readonly from: Digest | null;
  readonly to: Digest;
  readonly seconds: number;
}

/** Before the link moves: from then on no start of the new agent goes uncounted. */
export async function writeTrial(directory: AgentDirectory, { from, to, seconds }: OwnTrial): Promise<void> {
  const { root, trial, starts } = ownFiles(directory);
  await makeDirectory(root);
  await rm(starts, { force: true });
  const lines = [from === null ? installedName : digestName(from), digestName(to), String(seconds)];
  await replaceFile(trial, `${lines.join('\n')}\n`);
}

export async function removeTrial(directory: AgentDirectory): Promise<void> {
  const { root, trial, starts } = ownFiles(directory);
  if (!isThere(trial)) return;
  await rm(trial, { force: true });
  await rm(starts, { force: true });
  await syncDirectory(root);
}

/** Whether this release is the one that the launcher holds for being on trial. */
export const isTried = (directory: AgentDirectory, release: Digest | null): boolean =>
  release !== null && readLines(ownFiles(directory).trial)?.[1] === digestName(release);

/** Null when there is none. */
export function readLines(file: string): readonly string[] | null {
  try {
    return readFileSync(file, 'utf8').trimEnd().split('\n');
  } catch {
    return null;
  }
}

const isThere = (file: string): boolean => readLines(file) !== null;
