import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { removeTree } from '../../../agent/install/remove-tree.ts';
import { isAlive, signalProcess } from '../../../agent/process-identity.ts';
import { chooseScratch } from '../../../infra/local/choose-scratch.ts';
import { dataDirectory } from '../../../infra/local/data-directory.ts';
import { openProcessRegister, readRegister } from '../../../infra/local/process-register.ts';
import { stopHosts } from '../../../infra/local/stack-hosts.ts';
import { unmountEarlier } from '../harm/own-disks.ts';

/** Ends and removes what sets of runs left that were themselves killed. One that still goes on is left alone. */
export async function clearEarlier(purpose: string, say: (line: string) => void): Promise<void> {
  const folders = (await readdir(tmpdir())).filter((name) => name.startsWith(`slipway-${purpose}-`));
  for (const name of folders) {
    const folder = path.join(tmpdir(), name);
    const data = dataDirectory(path.join(folder, 'data'));
    const left = readRegister(data.processes);
    const supervisor = left.find((each) => each.name === 'supervisor');
    // One that ended in order was kept on purpose; one without a supervisor is about to start.
    if (supervisor === undefined || isAlive(supervisor) || left.length === 1) continue;
    say(`clearing away what an earlier set left in ${folder}`);
    for (const each of left) signalProcess(each, 'SIGCONT');
    await openProcessRegister(data.processes, false);
    await stopHosts(data);
    const scratch = await chooseScratch(data.root);
    for (const place of [scratch, folder]) {
      await unmountEarlier(place);
      await removeTree(place);
    }
  }
}
