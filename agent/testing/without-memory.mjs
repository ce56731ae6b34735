/**
 * While the file is there, the process that imports it has no memory to start another one with, which Node throws at once:
 * `--import 'file:…/without-memory.mjs?<file>'`.
 */
import childProcess from 'node:child_process';
import { existsSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const lacking = decodeURIComponent(new URL(import.meta.url).search.slice(1));
const { spawn } = childProcess;

childProcess.spawn = (...given) => {
  if (existsSync(lacking))
    throw Object.assign(new Error('spawn ENOMEM'), { code: 'ENOMEM', errno: -12, syscall: 'spawn' });
  return spawn(...given);
};
syncBuiltinESMExports();
