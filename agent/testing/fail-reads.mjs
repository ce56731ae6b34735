/**
 * Lets reading fail in the process that imports it, as it does for want of descriptors or memory, or on a disk that is ill: while
 * the file that `SLIPWAY_TEST_UNREADABLE` names holds `<code> <part of a path>`, nothing with that in its path can be read; while it
 * holds `<code> inode:<number>`, the bytes of that file, whatever its path. What is read synchronously can. Each failure adds a
 * character to the file beside it, `….met`.
 */
import { appendFileSync, lstatSync, readFileSync } from 'node:fs';
import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';

/** Null, or the error that reading this path meets. */
function failureOf(file, syscall) {
  try {
    const [code, part] = readFileSync(process.env.SLIPWAY_TEST_UNREADABLE, 'utf8').split(' ');
    if (!part || !(part.startsWith('inode:') ? isLost(file, syscall, part) : String(file).includes(part))) return null;
    appendFileSync(`${process.env.SLIPWAY_TEST_UNREADABLE}.met`, '.');
    return Object.assign(new Error(`${code}: made by a test, ${syscall} '${file}'`), { code, syscall });
  } catch {
    return null;
  }
}

/** A bad sector is under the bytes of a file: all else of it can be looked at. */
const isLost = (file, syscall, part) =>
  ['open', 'copyfile'].includes(syscall) && `inode:${lstatSync(file).ino}` === part;

for (const [name, syscall] of Object.entries({
  readFile: 'open',
  open: 'open',
  copyFile: 'copyfile',
  lstat: 'lstat',
  readdir: 'scandir',
  readlink: 'readlink',
})) {
  const read = fs[name];
  fs[name] = async (file, ...rest) => {
    const failure = failureOf(file, syscall);
    if (failure !== null) throw failure;
    return read(file, ...rest);
  };
}
syncBuiltinESMExports();
