import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { openAgentDirectory } from '../../agent/agent-directory.ts';
import { findMarked } from '../../agent/process-identity.ts';
import { stopHost } from '../../agent/stop-host.ts';
import type { DataDirectory } from './data-directory.ts';

/** Folders of all hosts that this data directory ever had, those of an earlier start with more hosts too. */
function hostFolders(data: DataDirectory): string[] {
  const folder = path.dirname(data.agent('any'));
  return existsSync(folder) ? readdirSync(folder).map((host) => data.agent(host)) : [];
}

/** Ends every keeper and instance, whichever start they are from. The agents must have ended. */
export async function stopHosts(data: DataDirectory): Promise<void> {
  await Promise.all(hostFolders(data).map((folder) => stopHost(folder)));
}

/** Pids of keepers and instances. */
export function hostProcesses(data: DataDirectory): number[] {
  const marks = ['SLIPWAY_KEEPER', 'SLIPWAY_INSTANCE'] as const;
  return hostFolders(data).flatMap((folder) => {
    const { mark } = openAgentDirectory(folder);
    return [...new Set(marks.flatMap((each) => findMarked(each, `${mark}/`).map(({ pid }) => pid)))];
  });
}
