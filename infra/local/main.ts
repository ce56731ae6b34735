/** `npm start`: brings an embedded Slipway up, shows a deployment, and stays up until Ctrl-C. */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { removeTree } from '../../agent/install/remove-tree.ts';
import { createApiClient } from '../../cli/api-client.ts';
import { chooseAddresses } from './addresses.ts';
import { chooseScratch } from './choose-scratch.ts';
import { dataDirectory, type DataDirectory } from './data-directory.ts';
import { demonstrate, type Demonstration } from './demo/demonstration.ts';
import { makeSampleRepository } from './demo/sample-repository.ts';
import { figuresOf, writeFigures } from './figures.ts';
import { readStartOptions, regionNames, type StartOptions } from './options.ts';
import { AlreadyRunningError, openProcessRegister } from './process-register.ts';
import type { StackShape } from './programs.ts';
import { ServerStartError } from './child-server.ts';
import { hostProcesses, stopHosts } from './stack-hosts.ts';
import { readOrMakeSecrets } from './stack-secrets.ts';
import { stackUrls, startStack, type Stack } from './stack.ts';
import { ToolMissingError } from './tools/find-tool.ts';

const projectRoot = path.resolve(import.meta.dirname, '../..');
const stop = new AbortController();
// A terminal's Ctrl-C arrives several times: by itself, by npm and by the launcher.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort());

const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function main(options: StartOptions): Promise<number> {
  const data = dataDirectory(options.dataDirectory);
  const register = await openProcessRegister(data.processes, options.reset);
  if (options.reset) {
    await stopHosts(data);
    await removeTree(data.root); // trees of releases are read-only
  }
  const shape = await shapeOf(options, data);
  const onRestart = (sentence: string): void => say(`  ${sentence}`);
  const stack = await startStack(shape, { data, register, onRestart }, say);
  try {
    return await showAndStay(stack, options);
  } finally {
    say('stopping');
    await stack.stop();
    await stopHosts(data);
    await rm(shape.scratch, { recursive: true, force: true });
  }
}

async function shapeOf(options: StartOptions, data: DataDirectory): Promise<StackShape> {
  const addresses = await chooseAddresses(options.regions, (name, { port, insteadOf }) =>
    say(`  port ${insteadOf!.port} is taken by ${insteadOf!.owner}; ${name} uses ${port}`),
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

async function showAndStay(stack: Stack, options: StartOptions): Promise<number> {
  const readyMs = Math.round(performance.timeOrigin + performance.now() - launchedAt());
  const urls = stackUrls(stack.shape);
  say(
    `ready after ${(readyMs / 1000).toFixed(1)} s\n  api              ${urls.api}\n  Temporal Web UI  ${urls.temporalUi}`,
  );
  const shown = options.demo ? await runDemonstration(stack) : null;
  if (options.json !== null)
    writeFigures(options.json, figuresOf(stack, readyMs, hostProcesses(stack.shape.data), shown));
  if (shown !== null)
    say(shown.ok ? 'the demonstration went as it should' : 'the demonstration did NOT go as it should');
  if (options.once) return shown === null || shown.ok ? 0 : 1;
  say('Slipway runs on; Ctrl-C ends it');
  await untilStopped();
  return 0;
}

async function runDemonstration({ shape, installation }: Stack): Promise<Demonstration | null> {
  const clientOf = (name: string) =>
    createApiClient(stackUrls(shape).api, installation.people.find((person) => person.name === name)!.token);
  try {
    return await demonstrate({
      deployer: clientOf('ada'),
      releaseOwner: clientOf('mo'),
      repository: await makeSampleRepository(shape.data.sample, shape.regions),
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

try {
  process.exitCode = await main(readStartOptions(process.argv.slice(2), projectRoot));
} catch (error) {
  const foreseen =
    error instanceof ToolMissingError || error instanceof AlreadyRunningError || error instanceof ServerStartError;
  process.stderr.write(`slipway: ${foreseen ? error.message : String((error as Error).stack)}\n`);
  process.exitCode = 1;
}
process.exit();
