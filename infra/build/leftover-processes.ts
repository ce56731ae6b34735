import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

/** Set for everything that runs in a workspace, so that what left its process group is found too. */
export const workspaceVariable = 'SLIPWAY_WORKSPACE';

/** A process can start others while it is looked for; each round finds those. */
const maxRounds = 100;
const roundMs = 10;
/** In the middle of an exec a process has no environment for a moment, so one look that finds nothing is not enough. */
const quietRoundsWanted = 2;

/**
 * Kills every process whose environment names a workspace at or below `folder`, and waits until they are gone. A
 * process that wiped its environment is not found: keeping those in is the work of a sandbox.
 */
export async function killProcessesIn(folder: string): Promise<void> {
  const dying = new Set<number>();
  let quietRounds = 0;
  for (let round = 0; round < maxRounds && quietRounds < quietRoundsWanted; round++) {
    for (const pid of await processesIn(folder)) {
      kill(pid);
      dying.add(pid);
    }
    for (const pid of dying) if (await hasEnded(pid)) dying.delete(pid);
    quietRounds = dying.size === 0 ? quietRounds + 1 : 0;
    await delay(roundMs);
  }
}

async function processesIn(folder: string): Promise<number[]> {
  const entries = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(entries.map(async (pid) => ((await runsIn(pid, folder)) ? [Number(pid)] : [])));
  return found.flat();
}

async function runsIn(pid: string, folder: string): Promise<boolean> {
  // Gone meanwhile, or another account's: neither is one that we started.
  const environment = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '');
  const wanted = `${workspaceVariable}=${Buffer.from(folder).toString('latin1')}`;
  return environment.split('\0').some((variable) => variable === wanted || variable.startsWith(`${wanted}/`));
}

/** Gone, or a zombie that only waits to be reaped: its state is the first field behind the command's name. */
async function hasEnded(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => ') Z');
  return stat.charAt(stat.lastIndexOf(')') + 2) === 'Z';
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
