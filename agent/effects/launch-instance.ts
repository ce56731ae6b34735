import { randomUUID } from 'node:crypto';
import { chmod, chown, lstat } from 'node:fs/promises';
import path from 'node:path';
import type { Instance } from '../../domain/host/service-state.ts';
import type { ServiceName } from '../../domain/names.ts';
import type { AgentDirectory } from '../agent-directory.ts';
import { makeDirectory } from '../durable-files.ts';
import type { ActParts } from '../host-parts.ts';
import type { InstalledRelease } from '../install/installed-release.ts';
import { findAccount } from '../keeper/find-account.ts';
import { HostCannotError } from '../keeper/host-cannot.ts';
import { mostFiles } from '../keeper/instance-cgroup.ts';
import { statusOf } from '../keeper/ensure-keeper.ts';
import { askKeeper, KeeperError } from '../keeper/keeper-connection.ts';
import type { KeeperPlace } from '../keeper/keeper-place.ts';
import type { SecretFiles } from '../keeper/keeper-status.ts';
import { launchCommand, type Account } from '../keeper/launch-command.ts';
import { findSecrets, type FoundSecrets } from '../secrets/find-secrets.ts';
import { instanceFiles } from '../secrets/memory-folder.ts';
import { instanceSetting } from './instance-setting.ts';

const answerTimeoutMs = 10_000;

/** All that this host gives a release's instance in one place; found out before anything that runs is touched. */
export interface Launch {
  readonly place: KeeperPlace;
  readonly installed: InstalledRelease;
  readonly account: Account | null;
  readonly cgroup: string | null;
  readonly listens: boolean;
  /** In this process' memory; null when it names none. */
  readonly secrets: FoundSecrets | null;
}

/** @throws HostCannotError when the release asks for what this host can't give */
export async function prepareLaunch(
  place: KeeperPlace,
  installed: InstalledRelease,
  parts: Pick<ActParts, 'directory' | 'groups' | 'secrets' | 'log'>,
): Promise<Launch> {
  const { run } = installed.config;
  const account = await findAccount(run.user);
  const files = run.limits?.files;
  const most = files === undefined ? Infinity : await mostFiles();
  if (files !== undefined && files > most)
    throw new HostCannotError(`run.limits.files is ${files}, and this host allows ${most}`);
  const cgroup = await parts.groups.open(place, run.limits);
  const { data } = parts.directory.service(place.service);
  await makeDirectory(data);
  if (account !== null) await openWay(place.service, installed, account, parts.directory);
  const secrets = await findSecrets(place.service, installed, parts);
  return { place, installed, account, cgroup, listens: run.restart === 'socket', secrets };
}

/**
 * Another account than the agent's passes through the folders above its release, without seeing what else is in them, and
 * owns its `STATE_DIRECTORY`. What an earlier account left in there stays that one's.
 */
async function openWay(
  service: ServiceName,
  { tree }: InstalledRelease,
  { uid, gid }: Account,
  { root, services, service: directoryOf }: AgentDirectory,
): Promise<void> {
  const { root: own, releases, data } = directoryOf(service);
  for (const folder of [root, services, own, releases, path.dirname(tree)]) await chmod(folder, 0o711);
  if ((await lstat(data)).uid !== uid) await chown(data, uid, gid);
}

/** The running instance, or why its command can't be run. @throws KeeperError */
export async function launchInstance(launch: Launch, port: number, parts: ActParts): Promise<Instance | string> {
  const { place, installed, account, cgroup, listens, secrets } = launch;
  const { service } = place;
  const { run, health } = installed.config;
  const release = installed.digest;
  const id = `${place.prefix}${randomUUID()}`;
  const { cwd, env } = instanceSetting(service, installed, { id, port }, parts);
  if (secrets !== null) await checkKeeper(place.keeper);
  const answer = await askKeeper(
    place.keeper,
    {
      do: 'start',
      id,
      release,
      port,
      argv: launchCommand({ run, account, groupFile: cgroup && path.join(cgroup, 'cgroup.procs'), listens }),
      cwd: path.join(cwd, run.workingDirectory ?? '.'),
      env: { ...env, ...secrets?.env },
      listen: listens,
      cgroup,
      secrets: secrets && { held: secrets.held, files: filesOf(id, launch, parts) },
    },
    answerTimeoutMs,
  );
  if (!answer.ok && answer.code === 'spawn') return answer.reason;
  const process = answer.ok ? answer.status.instance?.process : null;
  if (!process) throw new KeeperError(answer.ok ? 'the keeper knows no instance' : answer.reason);
  const ending = { ...(run.stop && { stop: run.stop }), ...(run.drain && { drain: run.drain }) };
  return { id, release, process, port, health, ...(listens && { socket: true }), ending };
}

function filesOf(id: string, { installed, account, secrets }: Launch, parts: ActParts): SecretFiles | null {
  if (secrets === null || installed.config.run.secrets?.files === undefined) return null;
  return { folder: instanceFiles(parts.secrets.folder, id), account, contents: secrets.files };
}

/** One of an earlier agent would leave them out without a word. @throws HostCannotError */
async function checkKeeper(keeper: string): Promise<void> {
  const status = await statusOf(keeper);
  if (status?.holdsSecrets !== true)
    throw new HostCannotError('run.secrets needs another keeper: the one that runs is of an earlier agent');
}
