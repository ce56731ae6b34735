import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { openAgentDirectory } from '../../agent/agent-directory.ts';
import { findMarked, identify } from '../../agent/process-identity.ts';
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
  return hostFolders(data).flatMap((folder) => {
    const directory = openAgentDirectory(folder);
    const marked = findMarked(`${directory.mark}/`).map(({ pid }) => pid);
    const keepers = readdirSync(directory.services).flatMap((service) =>
      keeperPid(path.join(directory.services, service)),
    );
    return [...new Set([...marked, ...keepers])];
  });
}

function keeperPid(service: string): number[] {
  try {
    const known = JSON.parse(readFileSync(path.join(service, 'keeper', 'keeper.json'), 'utf8')) as {
      keeper: { pid: number };
    };
    return identify(known.keeper.pid) === null ? [] : [known.keeper.pid];
  } catch {
    return []; // none was started
  }
}
