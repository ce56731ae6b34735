/** `npm start`: brings an embedded Slipway up, shows a deployment, and stays up until Ctrl-C. */
import { existsSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { removeTree } from '../../agent/install/remove-tree.ts';
import { createApiClient, type ApiClient } from '../../cli/api-client.ts';
import { chooseAddresses } from './addresses.ts';
import { chooseScratch } from './choose-scratch.ts';
import { dataFlag } from './command-settings.ts';
import { openConsole, type Console } from './console/console.ts';
import { addressesOf, guideOf } from './console/guide.ts';
import { dataDirectory, type DataDirectory } from './data-directory.ts';
import { demonstrate, type Demonstration } from './demo/demonstration.ts';
import { openSampleRepository } from './demo/sample-repository.ts';
import { failureText } from './failure-text.ts';
import { figuresOf, writeFigures } from './figures.ts';
import { readStartOptions, regionNames, type StartOptions } from './options.ts';
import { openProcessRegister } from './process-register.ts';
import type { StackShape } from './programs.ts';
import { hostProcesses, stopHosts } from './stack-hosts.ts';
import { readOrMakeSecrets } from './stack-secrets.ts';
import { stackUrls, startStack, type Stack } from './stack.ts';
import type { Restart } from './supervision-options.ts';
import { watchDeployments } from './watch-deployments.ts';
import { writeProfiles } from './write-profiles.ts';

const projectRoot = path.resolve(import.meta.dirname, '../..');
const stop = new AbortController();
// A terminal's Ctrl-C arrives several times: by itself, by npm and by the launcher.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort());
let unsaid: NodeJS.ErrnoException | null = null;
// Who read what it says has gone (`npm start | head`), or there is no room for it: ended by the failed write, it would leave
// all programs behind.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    unsaid ??= error;
    stop.abort();
  });

async function main(options: StartOptions, { tell }: Console): Promise<number> {
  const data = dataDirectory(options.dataDirectory);
  const { regions } = options;
  const isEmptied = options.reset && existsSync(data.root);
  const register = await openProcessRegister(data.processes, options.reset);
  tell({ type: 'begun', regions, hosts: regions * options.hosts, dataDirectory: data.root, isEmptied });
  if (options.reset) {
    await stopHosts(data);
    await removeTree(data.root); // trees of releases are read-only
  }
  const shape = await shapeOf(options, data, tell);
  const onRestart = (restart: Restart): void => tell({ type: 'restart', restart });
  try {
    const supervision = { data, register, onRestart, stop: stop.signal };
    const stack = await startStack(shape, supervision, (step) => tell({ type: 'step', step })).catch(
      async (error: unknown) => {
        // Agents that were begun have begun keepers and instances; those that run on after a failure are taken up again.
        if (stop.signal.aborted) await stopHosts(data);
        throw error;
      },
    );
    try {
      return await showAndStay(stack, options, tell);
    } finally {
      tell({ type: 'stopping' });
      await stack.stop();
      await stopHosts(data);
      tell({ type: 'stopped' });
    }
  } finally {
    await rm(shape.scratch, { recursive: true, force: true });
  }
}

async function shapeOf(options: StartOptions, data: DataDirectory, tell: Console['tell']): Promise<StackShape> {
  const addresses = await chooseAddresses(options.regions, (name, chosen) =>
    tell({ type: 'port-taken', name, chosen }),
  );
  return {
    projectRoot,
    data,
    addresses,
    secrets: readOrMakeSecrets(data.secrets),
    regions: regionNames.slice(0, options.regions),
    hosts: options.hosts,
    scratch: await chooseScratch(data.root),
  };
}

async function showAndStay(stack: Stack, options: StartOptions, tell: Console['tell']): Promise<number> {
  const readyMs = Math.round(performance.timeOrigin + performance.now() - launchedAt());
  writeProfiles(stack.shape, stack.installation);
  for (const region of stack.installation.removed) tell({ type: 'region-removed', region });
  const { data } = stack.shape;
  const wasShown = existsSync(data.demonstrated);
  const isDemonstrated = options.demo === 'always' || (options.demo === 'first' && !wasShown);
  // What stays up gives another link at its end: this one may have been used by then.
  tell({ type: 'ready', readyMs, ...(await addressesOf(stack, isDemonstrated && !options.once)) });
  const shown = isDemonstrated ? await runDemonstration(stack, tell) : null;
  if (options.json !== null) writeFigures(options.json, figuresOf(stack, readyMs, hostProcesses(data), shown));
  if (shown !== null) {
    if (shown.ok) writeFileSync(data.demonstrated, '');
    const again = `npm start -- --no-demo${dataFlag(projectRoot, data)}`;
    tell({ type: 'demonstrated', surprises: shown.surprises, startAgain: options.once ? again : null });
  }
  if (options.once) return shown === null || shown.ok ? 0 : 1;
  if (stop.signal.aborted) return 0;
  tell({ type: 'settled', guide: await guideOf(stack, wasShown && shown === null) });
  await watchDeployments(clientOf(stack, 'mo'), tell, stop.signal);
  await untilStopped();
  return 0;
}

const clientOf = ({ shape, installation }: Stack, name: string): ApiClient =>
  createApiClient(stackUrls(shape).api, installation.people.find((person) => person.name === name)!.token);

async function runDemonstration(stack: Stack, say: Console['tell']): Promise<Demonstration | null> {
  const { shape } = stack;
  try {
    return await demonstrate({
      deployer: clientOf(stack, 'ada'),
      releaseOwner: clientOf(stack, 'mo'),
      repository: await openSampleRepository(shape.data.sample, shape.regions),
      webhookSecret: shape.secrets.webhookSecret,
      say,
      signal: stop.signal,
    });
  } catch (error) {
    if (stop.signal.aborted) return null;
    throw error;
  }
}

/** When the person pressed Enter: the launcher passes it on. */
const launchedAt = (): number => Number(process.env.SLIPWAY_LAUNCHED_AT ?? performance.timeOrigin);

function untilStopped(): Promise<void> {
  if (stop.signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    // Timers keep the process alive; a signal's handler alone does not.
    const alive = setInterval(() => undefined, 60_000);
    stop.signal.addEventListener('abort', () => {
      clearInterval(alive);
      resolve();
    });
  });
}

/** 128 and the signal's number, as shells count: told to end before it had started. */
const interrupted = 130;

async function run(options: StartOptions): Promise<number> {
  const console = await openConsole(process.stdout, process.env);
  let failure: readonly string[] = [];
  const code = await main(options, console).catch((error: unknown) => {
    // Ctrl-C ends programs that were being started: no failure of theirs.
    if (stop.signal.aborted) return interrupted;
    console.tell({ type: 'failed' });
    failure = failureText(error, options.dataDirectory);
    return 1;
  });
  await console.close();
  if (unsaid !== null) failure = [`what it says can't be written (${unsaid.code}): all that it had started is ended`];
  if (failure.length > 0) process.stderr.write(`slipway: ${failure.join('\n')}\n`);
  return unsaid === null ? code : 1;
}

process.exitCode = await run(readStartOptions(process.argv.slice(2), projectRoot));
process.exit();
