/**
 * Kills the keeper that imports it at one of its operations, or makes that one fail, as `?kill-before:7`, `?kill-after:7` or
 * `?fail:7` says; with `?trace:FILE` it writes down each. What Node does in several steps is several operations.
 */
import childProcess from 'node:child_process';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';

const [, what, which] = /^\?([\w-]+):(.*)$/.exec(decodeURIComponent(new URL(import.meta.url).search));
const real = { ...fs };
const { spawn, spawnSync } = childProcess;
const { listen } = net.Server.prototype;
let count = 0;

/** Node's own functions call each other, also in the form that they have here. */
function put(file, flags, content, mode = 0o666) {
  const descriptor = real.openSync(file, flags, mode);
  real.writeSync(descriptor, content);
  real.closeSync(descriptor);
}

/** @throws what is to fail */
function operation(name, perform) {
  const due = ++count === Number(which);
  if (what === 'trace') put(which, 'a', `${name}\n`);
  if (due && what === 'fail') throw Object.assign(new Error('EIO: injected'), { code: 'EIO' });
  if (due && what === 'kill-before') process.kill(process.pid, 'SIGKILL');
  const result = perform();
  if (due && what === 'kill-after') process.kill(process.pid, 'SIGKILL');
  return result;
}

for (const name of ['openSync', 'renameSync', 'rmSync', 'chmodSync'])
  fs[name] = (file, ...rest) =>
    String(file).startsWith('/proc') ? real[name](file, ...rest) : operation(name, () => real[name](file, ...rest));
fs.writeFileSync = (file, content, { mode } = {}) => {
  operation('create', () => put(file, 'w', '', mode));
  operation('write', () => put(file, 'w', content, mode));
};
fs.writeSync = (...given) => operation('append', () => real.writeSync(...given));
net.Server.prototype.listen = function (address, ...rest) {
  return String(address).startsWith('\0')
    ? listen.call(this, address, ...rest)
    : operation('listen', () => listen.call(this, address, ...rest));
};
childProcess.spawn = (...given) => operation('spawn', () => spawn(...given));
childProcess.spawnSync = (...given) => operation('mkfifo', () => spawnSync(...given));
syncBuiltinESMExports();
