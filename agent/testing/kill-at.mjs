/**
 * Kills the process that imports it at a step, with SIGKILL: `node --import 'file:…/kill-at.mjs?<step>' agent/main.ts`.
 *
 *   journal:<event type>   the entry is on disk
 *   rename:<name>          something was renamed to a path that ends in <name>
 *   rename:<name>#3        … for the third time
 *   written:<bytes>        so many bytes of one file were written, piece by piece
 *
 * Where `SLIPWAY_TEST_KILLED` names a file, only one process is killed: the file says that it was.
 */
import fs from 'node:fs/promises';
import { existsSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const step = decodeURIComponent(new URL(import.meta.url).search.slice(1));
const [, kind, name, count = '1'] = /^(\w+):([^#]+)(?:#(\d+))?$/.exec(step);
let left = Number(count);

function passed() {
  left -= 1;
  const once = process.env.SLIPWAY_TEST_KILLED;
  if (left !== 0 || (once && existsSync(once))) return;
  if (once) writeFileSync(once, String(process.pid));
  process.kill(process.pid, 'SIGKILL');
}

if (kind === 'journal') {
  const handle = await fs.open('/dev/null');
  const prototype = Object.getPrototypeOf(handle);
  await handle.close();
  const { write, datasync } = prototype;
  const written = new WeakMap();
  prototype.write = function (data, ...rest) {
    if (Buffer.isBuffer(data)) written.set(this, data.toString('utf8'));
    return write.call(this, data, ...rest);
  };
  prototype.datasync = async function () {
    await datasync.call(this);
    if (written.get(this)?.includes(`"type":"${name}"`)) passed();
  };
} else if (kind === 'written') {
  const handle = await fs.open('/dev/null');
  const prototype = Object.getPrototypeOf(handle);
  await handle.close();
  const { write } = prototype;
  prototype.write = async function (data, offset, length, position) {
    const result = await write.call(this, data, offset, length, position);
    if (position + result.bytesWritten >= Number(name)) passed();
    return result;
  };
} else {
  const { rename } = fs;
  fs.rename = async (from, to) => {
    await rename(from, to);
    if (String(to).endsWith(name)) passed();
  };
  syncBuiltinESMExports();
}
