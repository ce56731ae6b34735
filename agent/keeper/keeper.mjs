/**
 * Parent of one service's instance on a host. It outlives the agent (and its updates): a plain Node file that imports
 * nothing of ours, started detached with one JSON argument:
 *
 *   { protocol: 1, directory, logDirectory, lock, prefix, logFileBytes, logFiles, reserveBytes,
 *     socketPort, build }
 *
 * `directory` (0700) holds `keeper.sock`, `keeper.json` (what a later keeper or agent reads) and the pipe `output`.
 * Over the socket, one JSON request a line, one JSON answer a line:
 *
 *   { do: 'status' }                                        → { ok: true, status }
 *   { do: 'start', id, release, port, argv, cwd, env,
 *     listen, cgroup, secrets }                           → { ok, status } or { ok: false, code: 'running' | 'spawn', reason }
 *   { do: 'stop' | 'end', timeoutMs, signal }               → { ok: true, status }, when the instance is gone
 *   { do: 'succeed', argv }                                 → the same; while no instance runs it makes room for another keeper
 *   { do: 'secrets' }                                       → { ok: true, status, secrets }, what it remembers
 *   { do: 'hold', secrets }                                 → { ok: true, status }, and remembers these, too
 *   { do: 'watch' }                                         → a status line now and at each change
 *
 * With `socketPort` it was started with a listening socket as descriptor 3, which an instance gets as its descriptor 3 when
 * `listen` says so. It never reads from it: callers wait in its queue while there is no instance. What is in `cgroup` (a
 * folder of cgroup v2) when an instance has ended is killed.
 *
 * `succeed` hands the socket on, with all callers that wait in its queue: the keepers of another agent come so, between two
 * instances. `build` says of which code a keeper is.
 *
 * `secrets` of a start = { held: { release, atMs, values }, files: null | { folder, account, contents } }. Values are base64, are
 * remembered in this process alone, for the last releases that were started, and never written to the state. Files lie in `folder`,
 * which is in memory, as long as the instance runs.
 *
 * status = { protocol, build, keeper: identity, droppedLogBytes, dropsLog, socketPort, holdsSecrets,
 * instance: null | { id, release, port, process: identity | null, startedAtMs, exit: null | { code, signal, how, atMs } } }. A process
 * is (pid, start time, boot id), or it is nobody.
 * The instance writes into a named pipe that it holds open for reading too, so that a killed keeper doesn't break it.
 */
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';

const config = JSON.parse(process.argv.at(-1));
const stateFile = path.join(config.directory, 'keeper.json');
const outputPipe = path.join(config.directory, 'output');
/** A keeper without an instance, whom nobody has asked anything for this long, ends. */
const idleMs = 600_000;
const busyTextFileMs = 2_000;
const bootId = fs.readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();

const state = {
  protocol: 1,
  build: config.build ?? null,
  keeper: identify(process.pid),
  droppedLogBytes: 0,
  dropsLog: null,
  socketPort: config.socketPort ?? null,
  holdsSecrets: true,
  instance: null,
};
const watchers = new Set();
let child = null;
let askedAt = performance.now();

/* ---- processes ---- */

/** What the kernel says from its 3rd field on (man 5 proc), after the name, which may hold anything. Null: gone, as a zombie is. */
function statOf(pid) {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? null : fields;
  } catch {
    return null;
  }
}

/** Start time is the 22nd field. */
function identify(pid) {
  const fields = statOf(pid);
  return fields === null ? null : { pid, startTime: fields[19], bootId };
}

function isAlive(identity) {
  const now = identity === null || identity.bootId !== bootId ? null : identify(identity.pid);
  return now !== null && now.startTime === identity.startTime;
}

function signal(pid, name) {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

/** Null: it has ended, or is another account's. */
function environmentOf(pid) {
  try {
    return fs.readFileSync(`/proc/${pid}/environ`, 'latin1');
  } catch {
    return null;
  }
}

/** PF_KTHREAD of the 9th field (include/linux/sched.h). */
const kernelThread = 0x200000;

/** In the middle of an exec a process has no environment; threads of the kernel never have one. */
function isInExec(pid, environment) {
  const fields = environment === '' ? statOf(pid) : null;
  return fields !== null && (Number(fields[6]) & kernelThread) === 0;
}

const execLooks = 10;
const execLookMs = 2;

/** Processes of this service on this host, wherever they were forked to: children inherit the variable. */
function findMarked() {
  const found = [];
  let left = fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  // One that was started without any environment is looked at as often.
  for (let look = 0; look < execLooks && left.length > 0; look++) {
    if (look > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, execLookMs);
    left = left.filter((pid) => {
      const environment = environmentOf(pid);
      const mark = environment?.split('\0').find((each) => each.startsWith(`SLIPWAY_INSTANCE=${config.prefix}`));
      const identity = mark === undefined ? null : identify(Number(pid));
      if (identity !== null) found.push({ identity, id: mark.slice('SLIPWAY_INSTANCE='.length) });
      return isInExec(pid, environment);
    });
  }
  return found;
}

/** What is being forked while the list is read is not in it. */
const leftoverLooks = 2;

/** What is left of the service after its instance ended would hold its port. */
function endLeftovers(cgroup) {
  try {
    if (cgroup) fs.writeFileSync(path.join(cgroup, 'cgroup.kill'), '1');
  } catch {
    // It is gone, or this kernel can't: those with the mark are found all the same.
  }
  for (let look = 0; look < leftoverLooks; look++)
    for (const { identity } of findMarked()) if (isAlive(identity)) signal(identity.pid, 'SIGKILL');
}

/* ---- state ---- */

function changed() {
  try {
    fs.writeFileSync(`${stateFile}.tmp`, JSON.stringify(state), { mode: 0o600 });
    fs.renameSync(`${stateFile}.tmp`, stateFile);
  } catch {
    // Disk full: what is running is found again by its environment.
  }
  for (const socket of watchers) answer(socket, { ok: true, status: state });
}

const isRunning = () => state.instance !== null && state.instance.exit === null;

function ended(exit) {
  if (!isRunning()) return;
  endLeftovers(state.instance.cgroup);
  removeFiles(state.instance.secretFiles);
  child = null;
  state.instance.exit = { ...exit, atMs: Date.now() };
  changed();
}

/* ---- secrets ---- */

const heldReleases = 3;
let held = [];

function hold(secrets) {
  const others = held.filter(({ release }) => !secrets.some((each) => each.release === release));
  held = [...secrets, ...others].sort((a, b) => b.atMs - a.atMs).slice(0, heldReleases);
}

/** What an instance left that nobody saw ending goes first: its folder has the same name up to the last dot. */
function layFiles({ folder, account, contents }) {
  const prefix = folder.slice(0, folder.lastIndexOf('.') + 1);
  for (const name of fs.readdirSync(path.dirname(folder))) {
    const left = path.join(path.dirname(folder), name);
    if (left.startsWith(prefix) && left !== folder) removeFiles(left);
  }
  fs.mkdirSync(folder, { mode: 0o700 });
  for (const [name, content] of Object.entries(contents)) {
    const file = path.join(folder, name);
    fs.writeFileSync(file, Buffer.from(content, 'base64'), { mode: 0o400, flag: 'wx' });
    if (account !== null) fs.chownSync(file, account.uid, account.gid);
  }
  if (account !== null) fs.chownSync(folder, account.uid, account.gid);
}

function removeFiles(folder) {
  try {
    if (folder) fs.rmSync(folder, { recursive: true, force: true });
  } catch {
    // Another account's, which is no folder of ours.
  }
}

/* ---- start and stop ---- */

async function start({ id, release, port, argv, cwd, env, listen = false, cgroup = null, secrets = null }) {
  if (isRunning()) return { ok: false, code: 'running', reason: `${state.instance.id} runs`, status: state };
  if (listen && state.socketPort === null)
    return { ok: false, code: 'error', reason: 'there is no socket', status: state };
  endLeftovers(state.instance?.cgroup ?? cgroup);
  const files = secrets?.files ?? null;
  if (secrets !== null) hold([secrets.held]);
  const secretFiles = files?.folder ?? null;
  const instance = { id, release, port, cgroup, secretFiles, process: null, startedAtMs: Date.now(), exit: null };
  state.instance = instance;
  // Before the process exists: a keeper killed in between leaves its id, by which it is found.
  changed();
  try {
    if (files !== null) layFiles(files);
  } catch (error) {
    const reason = `the files of its secrets can't be laid (${error.code ?? 'unknown'})`;
    ended({ code: null, signal: null, how: reason });
    return { ok: false, code: 'error', reason, status: state };
  }
  const error = await launch(argv, { cwd, env: { ...env, SLIPWAY_INSTANCE: id } }, listen ? [3] : []);
  if (error === null) return { ok: true, status: state };
  const reason = `${argv[0]} can't be run (${error.code ?? error.message})`;
  ended({ code: null, signal: null, how: reason });
  return { ok: false, code: hostFaults.has(error.code) ? 'error' : 'spawn', reason, status: state };
}

/** What a host lacks is no fault of the command. As agent/host-faults.ts. */
const hostFaults = new Set([
  'EAGAIN',
  'EMFILE',
  'ENFILE',
  'ENOMEM',
  'ENOBUFS',
  'ENOSPC',
  'EDQUOT',
  'EIO',
  'EROFS',
  'ESTALE',
]);

/** Resolves with an error, or null when the process runs. */
async function launch([file, ...args], options, descriptors) {
  const deadline = performance.now() + busyTextFileMs;
  for (;;) {
    const error = await spawnOnce(file, args, options, descriptors).catch((thrown) => thrown);
    // Another thread's fork may hold a file just written open for a moment.
    if (error?.code !== 'ETXTBSY' || performance.now() > deadline) return error;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** As `launch`. @throws what Node throws when the system has no memory left */
async function spawnOnce(file, args, options, descriptors) {
  const output = openOutput();
  let started;
  try {
    started = spawn(file, args, { ...options, detached: true, stdio: ['ignore', output, output, ...descriptors] });
  } finally {
    fs.closeSync(output);
  }
  return new Promise((resolve) => {
    started.once('error', resolve);
    started.once('spawn', () => {
      child = started;
      state.instance.process = identify(started.pid) ?? { pid: started.pid, startTime: '0', bootId };
      changed();
      resolve(null);
    });
    // `exit`, not `close`: a background child that holds the output must not hide the end.
    started.once('exit', (code, signalName) => {
      if (child !== started) return;
      ended({
        code,
        signal: signalName,
        how: signalName === null ? `exited with code ${code}` : `ended by ${signalName}`,
      });
    });
  });
}

async function stop(timeoutMs, signalName = 'SIGTERM') {
  if (!isRunning()) return endLeftovers(state.instance?.cgroup);
  const { process: identity } = state.instance;
  const gone = () => !isRunning();
  if (isAlive(identity)) signal(-identity.pid, signalName);
  if (await until(gone, timeoutMs)) return;
  if (isAlive(identity)) signal(-identity.pid, 'SIGKILL');
  await until(gone, 10_000);
}

async function until(condition, timeoutMs) {
  const deadline = performance.now() + timeoutMs;
  while (!condition()) {
    if (performance.now() > deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return true;
}

/** After a killed keeper: its instance runs on, and this keeper watches it; what else it left is ended. */
function adopt() {
  const known = readState()?.instance ?? null;
  const marked = findMarked();
  state.droppedLogBytes = 0;
  state.instance = known;
  if (known !== null && known.exit === null) {
    // Without an identity on disk: the group leader of that id, which is the process that was spawned.
    const found = marked.find(
      ({ id, identity }) =>
        id === known.id && (known.process === null ? leads(identity) : identity.pid === known.process.pid),
    );
    known.process ??= found?.identity ?? null;
    if (isAlive(known.process)) {
      for (const { identity, id } of marked) if (id !== known.id && isAlive(identity)) signal(identity.pid, 'SIGKILL');
      try {
        readOutput();
      } catch (error) {
        hasNoPipe(error);
      }
      const watching = setInterval(() => {
        if (isAlive(known.process)) return;
        clearInterval(watching);
        ended({ code: null, signal: null, how: 'ended; its keeper had been killed, so nobody saw how' });
      }, 100);
      return changed();
    }
    ended({ code: null, signal: null, how: 'ended together with its keeper' });
  }
  endLeftovers();
  changed();
}

function leads({ pid }) {
  const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2]) === pid;
}

function readState() {
  try {
    const read = JSON.parse(fs.readFileSync(stateFile, 'utf8'));
    return read.protocol === 1 ? read : null;
  } catch {
    return null;
  }
}

/* ---- output ---- */

const logFile = path.join(config.logDirectory, 'instance.log');
let logBytes = fs.statSync(logFile, { throwIfNoEntry: false })?.size ?? 0;
let disk = { checkedAt: -Infinity, low: false };

/** A descriptor for the instance, open for both directions: it never meets a pipe without a reader. */
function openOutput() {
  state.dropsLog = null;
  try {
    fs.rmSync(outputPipe, { force: true, recursive: true });
    if (spawnSync('mkfifo', ['-m', '600', outputPipe]).status !== 0) throw new Error('mkfifo failed');
    readOutput();
    return fs.openSync(outputPipe, fs.constants.O_RDWR);
  } catch (error) {
    // A disk that can't take a pipe keeps no instance from running.
    hasNoPipe(error);
    return fs.openSync('/dev/null', 'w');
  }
}

/** How much such an instance prints nobody knows. */
function hasNoPipe(error) {
  state.dropsLog = { sinceMs: Date.now(), why: `there is no pipe for it (${error.code ?? error.message})` };
}

/** @throws where there is no pipe */
function readOutput() {
  const fd = fs.openSync(outputPipe, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK);
  const onread = { buffer: pieceRead, callback: (bytes) => writeLog(pieceRead.subarray(0, bytes)) };
  new net.Socket({ fd, readable: true, writable: false, onread }).on('error', () => {}).resume();
}

/** Of all pipes: what would be allocated anew for each piece is freed late, and leaves holes that a process keeps for ever. */
const pieceRead = Buffer.allocUnsafeSlow(65_536);

/** Never more than `logFiles` of `logFileBytes`; dropped, and counted, rather than filling the disk. */
function writeLog(chunk) {
  const { kept, why } = keep(chunk);
  state.droppedLogBytes += chunk.length - kept;
  // Told when it begins and when it is over, not of each piece.
  if ((why === null) === (state.dropsLog === null)) return;
  state.dropsLog = why === null ? null : { sinceMs: Date.now(), why };
  changed();
}

/** How many of its bytes: a disk may become full in the middle. */
function keep(chunk) {
  let kept = 0;
  let why = null;
  try {
    if (diskIsLow())
      return { kept, why: `less than ${Math.ceil(config.reserveBytes / 1024 ** 2)} MiB of its disk are free` };
    if (logBytes + chunk.length > config.logFileBytes) rotate();
    const file = fs.openSync(logFile, 'a', 0o600);
    try {
      while (kept < chunk.length) kept += fs.writeSync(file, chunk, kept);
    } finally {
      fs.closeSync(file);
    }
  } catch (error) {
    why = `its file can't be written (${error.code ?? error.message})`;
  }
  logBytes += kept;
  return { kept, why };
}

function diskIsLow() {
  if (performance.now() - disk.checkedAt > 1_000) {
    const { bavail, bsize } = fs.statfsSync(config.logDirectory);
    disk = { checkedAt: performance.now(), low: bavail * bsize < config.reserveBytes };
  }
  return disk.low;
}

function rotate() {
  for (let n = config.logFiles - 1; n > 0; n--) {
    const from = n === 1 ? logFile : `${logFile}.${n - 1}`;
    if (fs.existsSync(from)) fs.renameSync(from, `${logFile}.${n}`);
  }
  if (config.logFiles === 1) fs.rmSync(logFile, { force: true });
  logBytes = 0;
}

/* ---- the next keeper ---- */

/** What an instance wrote last is read before its pipe has no reader any more. */
const lastWordsMs = 100;
const lock = net.createServer((socket) => socket.destroy());
const requests = net.createServer(onConnection);

/** The lock and the name of the socket are free before the next one asks for them; nobody takes a connection in between. */
async function succeed([file, ...args]) {
  if (isRunning()) return { ok: false, code: 'running', reason: `${state.instance.id} runs`, status: state };
  await new Promise((resolve) => setTimeout(resolve, lastWordsMs));
  requests.close();
  await new Promise((resolve) => lock.close(resolve));
  const socket = state.socketPort === null ? [] : [3];
  spawn(file, args, { cwd: '/', env: process.env, detached: true, stdio: ['ignore', 'ignore', 'ignore', ...socket] })
    .once('spawn', () => process.exit(0))
    .once('error', () => process.exit(1));
  return { ok: true, status: state };
}

/* ---- socket ---- */

function answer(socket, message) {
  if (socket.writable) socket.write(`${JSON.stringify(message)}\n`);
}

async function serve(socket, request) {
  askedAt = performance.now();
  if (request.do === 'watch') watchers.add(socket);
  if (request.do === 'secrets') return answer(socket, { ok: true, status: state, secrets: held });
  if (request.do === 'hold') hold(request.secrets);
  if (request.do === 'succeed') return answer(socket, await inTurn(() => succeed(request.argv)));
  if (request.do === 'start') return answer(socket, await inTurn(() => start(request)));
  if (request.do === 'stop' || request.do === 'end') await inTurn(() => stop(request.timeoutMs, request.signal));
  answer(socket, { ok: true, status: state });
  if (request.do === 'end') socket.end(() => process.exit(0));
}

/** One start or stop after another. */
let turn = Promise.resolve();
function inTurn(work) {
  const result = turn.then(work);
  turn = result.then(
    () => {},
    () => {},
  );
  return result;
}

function onConnection(socket) {
  let text = '';
  socket.setEncoding('utf8');
  socket.on('error', () => {});
  socket.on('close', () => watchers.delete(socket));
  socket.on('data', (data) => {
    text += data;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n')) {
      const line = text.slice(0, end);
      text = text.slice(end + 1);
      Promise.resolve()
        .then(() => serve(socket, JSON.parse(line)))
        .catch((error) => {
          // Words of a parser cite what it read, which may be a secret.
          const reason = error instanceof SyntaxError ? 'that is no JSON' : String(error);
          answer(socket, { ok: false, code: 'error', reason });
        });
    }
  });
}

/* ---- memory ---- */

const heapGrowthBytes = 2 * 1024 * 1024;
let leastHeapBytes = 0;
function usedBytes() {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** As agent/collect-heap.ts does for the agent: what it held at its start is collected at the first look. */
function keepHeapSmall() {
  if (globalThis.gc === undefined || usedBytes() < leastHeapBytes + heapGrowthBytes) return;
  globalThis.gc();
  leastHeapBytes = usedBytes();
}

/** The kernel holds the lock, and gives it back when this process is gone. A second keeper ends at once. */
function main() {
  process.umask(0o077);
  for (const name of ['SIGINT', 'SIGHUP', 'SIGPIPE']) process.on(name, () => {});
  process.on('SIGTERM', () => void inTurn(() => stop(10_000)).then(() => process.exit(0)));
  lock.on('error', () => process.exit(3));
  lock.listen(`\0${config.lock}`, () => {
    adopt();
    // Through a descriptor, because the path of a socket may have no more than 107 bytes.
    const directory = fs.openSync(config.directory, fs.constants.O_DIRECTORY);
    fs.rmSync(path.join(config.directory, 'keeper.sock'), { force: true, recursive: true });
    const socket = `/proc/self/fd/${directory}/keeper.sock`;
    requests.listen(socket, () => fs.chmodSync(socket, 0o600));
  });
  setInterval(() => {
    const idle = !isRunning() && watchers.size === 0 && performance.now() - askedAt > idleMs;
    if (idle) process.exit(0);
    keepHeapSmall();
  }, 10_000);
}

main();
