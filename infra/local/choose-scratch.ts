import { hash } from 'node:crypto';
import { chmod, mkdir } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { isBehindClosedFolder } from './unprivileged-account.ts';

/**
 * A folder in which foreign code can be built. Root builds as an account that may enter nothing of root's: when the
 * data directory lies behind a closed folder, such as /root, the builds' folder is one of the system's temporary ones.
 */
export async function chooseScratch(dataRoot: string): Promise<string> {
  const inside = path.join(dataRoot, 'scratch');
  const isRoot = process.getuid?.() === 0;
  const outside = path.join(os.tmpdir(), `slipway-scratch-${hash('sha256', dataRoot, 'hex').slice(0, 12)}`);
  const scratch = isRoot && (await isBehindClosedFolder(inside)) ? outside : inside;
  await mkdir(scratch, { recursive: true });
  await chmod(scratch, 0o755);
  return scratch;
}
