import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { removeTree } from '../../agent/install/remove-tree.ts';
import { dataDirectory } from '../../infra/local/data-directory.ts';
import { stopHosts } from '../../infra/local/stack-hosts.ts';
import { atTerminal } from '../../test/end-to-end/terminal-start.ts';

/** As many as a picture shows in 14 px. */
export const terminalSize = { columns: 146, rows: 42 };

/** What `npm start` has sent to a terminal when the fix of its demonstration is on its way in the last stage. */
export async function consoleOutput(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'slipway-picture-'));
  const root = path.join(folder, 'data');
  const start = atTerminal(`npm start -- --data ${root}`, terminalSize);
  try {
    await start.untilShown(/^checkout\/3 rollout/);
    await start.untilShown(/^. rolling +world/);
    await start.untilShown(/■▣/);
    const output = start.raw();
    start.type('\u0003');
    await start.untilEnded();
    return output;
  } finally {
    start.kill();
    await stopHosts(dataDirectory(root));
    await removeTree(folder);
  }
}
