import { readFileSync } from 'node:fs';
import path from 'node:path';
import { openAgentDirectory, type ServiceDirectory } from '../../../agent/agent-directory.ts';
import { installedReleases, linkedRelease } from '../../../agent/install/installed-release.ts';
import type { KeeperStatus, KeptInstance } from '../../../agent/keeper/keeper-status.ts';
import type { Digest, HostId, ReleaseNumber, ServiceName } from '../../../domain/names.ts';
import type { RunningStack } from '../stack/running-stack.ts';
import { repeat, type Closable } from './repeat.ts';

/** What a host's disk and instance were like at one moment. */
export interface HostLook {
  readonly host: HostId;
  readonly atMs: number;
  /** Where the link `current` points. */
  readonly current: Digest | null;
  /** Releases that are whole, by their own mark. */
  readonly whole: readonly Digest[];
  /** The release that the instance says it is, over HTTP; `null` when nothing answered. */
  readonly answers: ReleaseNumber | null;
  /** Of the instance that its keeper knows, if it has not ended. */
  readonly pid: number | null;
}

export interface HostLooks extends Closable {
  readonly looks: readonly HostLook[];
}

const everyMs = 250;
/** Nobody listening is known at once; this long only when this machine has much else to do. */
const answerMs = 10_000;

/** Looks at every host four times a second. */
export function lookAtHosts({ data, places }: RunningStack, service: ServiceName): HostLooks {
  const looks: HostLook[] = [];
  const loops = places.map(({ host }) => {
    const directory = openAgentDirectory(data.agent(host)).service(service);
    return repeat(everyMs, async () => void looks.push(await lookAtHost(host, directory)));
  });
  return { looks, close: async () => void (await Promise.all(loops.map((loop) => loop.close()))) };
}

/** The time is that of the question: an answer that comes late was given before. */
export async function lookAtHost(host: HostId, directory: ServiceDirectory): Promise<HostLook> {
  const atMs = Date.now();
  const kept = keptInstance(directory);
  const answers = kept === null ? null : await releaseAnswered(host, kept.port);
  const current = await linkedRelease(directory.current);
  // Afterwards: a tree that is taken away meanwhile was not needed by what was current.
  const whole = await installedReleases(directory);
  return { host, atMs, current, whole, answers, pid: kept?.process?.pid ?? null };
}

/** As its keeper wrote it down; `null` when nothing runs. */
export function keptInstance({ keeper }: ServiceDirectory): KeptInstance | null {
  try {
    const { instance } = JSON.parse(readFileSync(path.join(keeper, 'keeper.json'), 'utf8')) as KeeperStatus;
    return instance?.exit === null ? instance : null;
  } catch {
    return null; // no keeper was ever started here
  }
}

/** `hello from eu-west-1, running checkout@3`, as the sample service answers. */
async function releaseAnswered(host: HostId, port: number): Promise<ReleaseNumber | null> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(answerMs) });
    const [, answering, number] = / from (\S+), running [a-z-]+@(\d+)$/.exec((await response.text()).trim()) ?? [];
    return answering === host ? (Number(number) as ReleaseNumber) : null;
  } catch {
    return null;
  }
}
