/**
 * Loaded into Jest and each of its workers before anything else: when one is told to end, or its parent has died, it
 * ends at once and takes its children along. Without it a worker goes on with the test it is in, and Temporal's test
 * server, a child that no one else knows, outlives it.
 */
import { readdirSync, readFileSync } from 'node:fs';

function childrenOf(parent) {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => parentOf(pid) === parent);
}

function parentOf(pid) {
  try {
    // pid (command) state ppid …; a command may itself contain parentheses and spaces.
    return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1).split(' ')[1]);
  } catch {
    return undefined; // ended while we looked
  }
}

function end(exitCode) {
  for (const pid of childrenOf(process.pid)) {
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
