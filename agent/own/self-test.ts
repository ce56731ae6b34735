import { readdir } from 'node:fs/promises';
import { isName, type ServiceName } from '../../domain/names.ts';
import { readAgentConfig, type AgentConfig, type Environment } from '../agent-config.ts';
import { openAgentDirectory, type AgentDirectory } from '../agent-directory.ts';
import { namesHostFault } from '../host-faults.ts';
import { identityRoles, openIdentityFiles, TornFileError } from '../identity/identity-files.ts';
import { lastStatusOf } from '../keeper/ensure-keeper.ts';
import { keeperPlaces } from '../keeper/keeper-place.ts';
import { installedReleases, linkedRelease, readInstalled } from '../install/installed-release.ts';
import { readHostMemory } from '../state/host-memory.ts';
import { readPinnedKeys } from '../trust/pinned-root.ts';
import { CouldNotCheckError, couldNotCheckCode } from './could-not-check.ts';
import { proveKeeper } from './prove-keeper.ts';

/**
 * Reads all that the agent which runs has left on this host, in every format, beside that agent and without a change to it, and
 * tries a keeper of its own: a file that can't must not replace it. @throws Error with what can't be read or done;
 * CouldNotCheckError when that is the host's fault
 */
export async function selfTest(env: Environment): Promise<void> {
  const config = readAgentConfig(env);
  const directory = openAgentDirectory(config.directory);
  const { services } = await readHostMemory(directory, config.host);
  await readPinnedKeys([directory.pinnedRoot, directory.pinnedRootCopy]);
  await readIdentities(directory, config);
  const folders = (await readdir(directory.services)).filter(isName) as ServiceName[];
  for (const service of new Set([...services.keys(), ...folders])) await readService(directory, service);
  await proveKeeper(directory);
}

/** As the agent that runs, it does without a file that is torn: no other version could read it. */
async function readIdentities({ identity }: AgentDirectory, { host, region }: AgentConfig): Promise<void> {
  const files = openIdentityFiles(identity, { host, region }, (file, why, error) => {
    if (!(error instanceof TornFileError)) throw new Error(`${file}: ${why}`);
  });
  for (const role of identityRoles) await files.read(role);
}

async function readService(directory: AgentDirectory, service: ServiceName): Promise<void> {
  const own = directory.service(service);
  const current = await linkedRelease(own.current);
  if (current !== null && (await installedReleases(own)).includes(current)) await readInstalled(own, current);
  for (const { keeper } of keeperPlaces(directory, service)) {
    const status = await lastStatusOf(keeper);
    if (status !== null && status.protocol !== 1)
      throw new Error(`${keeper} speaks protocol ${String(status.protocol)}`);
  }
}

/** As a program: what it can't do is its last line, and its code says whose fault that is. */
export async function selfTestProgram(env: Environment): Promise<void> {
  try {
    await selfTest(env);
  } catch (error) {
    const { message } = error as Error;
    const isOfHost = error instanceof CouldNotCheckError || namesHostFault(message);
    process.stderr.write(`${message.replaceAll('\n', ' ')}\n`);
    process.exitCode = isOfHost ? couldNotCheckCode : 1;
  }
}
