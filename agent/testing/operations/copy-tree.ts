import { chmodSync, copyFileSync, lstatSync, mkdirSync, readdirSync, readlinkSync, symlinkSync } from 'node:fs';
import path from 'node:path';

/** Sockets are left out: each belongs to somebody who listens. */
export function copyTree(from: string, to: string): void {
  for (const { name } of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [path.join(from, name), path.join(to, name)];
    const found = lstatSync(source);
    if (found.isSymbolicLink()) symlinkSync(readlinkSync(source), target);
    else if (found.isFile()) copyFileSync(source, target);
    else if (found.isDirectory()) {
      mkdirSync(target);
      copyTree(source, target);
    }
    if (found.isFile() || found.isDirectory()) chmodSync(target, found.mode & 0o777);
  }
}

/** Trees are read-only. */
export function makeRemovable(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true }))
    if (entry.isDirectory()) makeRemovable(path.join(folder, entry.name));
}
