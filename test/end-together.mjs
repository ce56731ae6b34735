/**
 * Loaded into Jest and each of its workers before anything else: when one is told to end, or its parent has died, it
 * ends at once and takes along all that descends from it. Without it a worker goes on with the test it is in, and Temporal's
 * test server, a child that no one else knows, outlives it; so does a whole stack, since npm tells its own child nothing.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const processes = () =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);

function descendantsOf(ancestor) {
  const parents = new Map(processes().map((pid) => [pid, parentOf(pid)]));
  const descends = (pid) => parents.get(pid) === ancestor || (parents.has(pid) && descends(parents.get(pid)));
  return [...parents.keys()].filter(descends);
}

function parentOf(pid) {
  try {
    // pid (command) state ppid …; a command may itself contain parentheses and spaces.
    return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1).split(' ')[1]);
  } catch {
    return undefined; // ended while we looked
  }
}

/** Keepers of hosts that tests made: they outlive their agent, and descend from nobody then. */
function keepersOfTests() {
  const program = path.resolve(import.meta.dirname, '../agent/keeper/keeper.mjs');
  const folder = `"directory":"${path.join(tmpdir(), 'slipway-host-')}`;
  return processes().filter((pid) => {
    const line = commandLineOf(pid);
    return line.includes(program) && line.includes(folder);
  });
}

function commandLineOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return ''; // ended while we looked
  }
}

function end(exitCode) {
  const keepers = keepersOfTests().flatMap((keeper) => [keeper, ...descendantsOf(keeper)]);
  for (const pid of [...descendantsOf(process.pid), ...keepers]) {
    try {
      process.kill(pid, 'SIGTERM');
    } catch {
      // ended by itself
    }
  }
  process.exit(exitCode);
}

// Exit codes as a shell reports them: 128 and the signal's number.
for (const [signal, number] of [
  ['SIGHUP', 1],
  ['SIGINT', 2],
  ['SIGTERM', 15],
])
  process.on(signal, () => end(128 + number));

// Not by the 'disconnect' event: a listener for it would keep a worker alive that has nothing left to do.
const parent = process.ppid;
setInterval(() => process.ppid !== parent && end(1), 500).unref();
