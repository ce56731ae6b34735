import { readFileSync } from 'node:fs';
import { openAgentDirectory } from '../../agent/agent-directory.ts';
import { decodeLines } from '../../agent/state/journal-line.ts';
import { readSnapshot, writeSnapshot } from '../../agent/state/snapshot.ts';
import type { DurableEvent } from '../../domain/host/events.ts';
import { replay } from '../../domain/host/transition.ts';
import { hostId, type ServiceName } from '../../domain/names.ts';
import { setMaintenance as toMaintenance } from '../../domain/region/host-change.ts';
import type { JudgedHosts } from '../../domain/plan/judge-rules.ts';
import { databaseUrl, regionDatabase } from '../../infra/local/programs.ts';
import { changeHost } from '../../infra/postgres/region/host-records.ts';
import { connectRegionDatabase } from '../../infra/postgres/region/region-database.ts';
import { BatchRecord } from '../../infra/postgres/region/entities/goals.ts';
import type { BenchStack } from '../stack/bench-stack.ts';

/** Which host of a region is how. */
export type OddHosts = Readonly<Record<JudgedHosts, string>>;

/** The hosts of a region that were not the canary of a service's first deployment: canaries stay the same ones. */
export async function afterCanary(stack: BenchStack, region: string, service: ServiceName): Promise<readonly string[]> {
  const database = await openRegion(stack, region);
  try {
    const batches = await database.em.fork().find(BatchRecord, { service, deployment: 1, number: { $gt: 1 } });
    return batches.flatMap(({ members }) => members.hosts);
  } finally {
    await database.close(true);
  }
}

/** As `slipway-region maintenance` does it. */
export async function setMaintenance(stack: BenchStack, region: string, host: string, on: boolean): Promise<void> {
  const database = await openRegion(stack, region);
  const verb = on ? 'maintenance-on' : 'maintenance-off';
  const act = { verb, host: hostId(host), by: 'bench', reason: 'measured', change: null } as const;
  try {
    await changeHost(database, act, (standing) => toMaintenance(standing, on));
  } finally {
    await database.close(true);
  }
}

/**
 * Has a host keep what it runs: writes the pin into what its agent remembers, while that is frozen, and ends it, so that
 * the next one, which is started at once, comes up with it.
 */
export async function pinHost(stack: BenchStack, host: string, service: ServiceName): Promise<void> {
  const pid = stack.process(`agent-${host}`).pid()!;
  process.kill(pid, 'SIGSTOP');
  const { snapshot, snapshotCopy, journal } = openAgentDirectory(stack.shape.data.agent(host));
  const { state, entry } = await readSnapshot([snapshot, snapshotCopy], hostId(host));
  const entries = decodeLines(readFileSync(journal))
    .texts.map((text) => JSON.parse(text) as { readonly n: number; readonly event: DurableEvent })
    .filter(({ n }) => n > entry);
  const now = replay(
    state,
    entries.map(({ event }) => event),
  );
  const own = now.services.get(service)!;
  const services = new Map(now.services).set(service, { ...own, pin: own.current });
  await writeSnapshot([snapshot, snapshotCopy], { state: { ...now, services }, entry: entries.at(-1)?.n ?? entry });
  process.kill(pid, 'SIGKILL');
}

/** Nothing is heard of it. Answers how it is let go on. */
export function silence(stack: BenchStack, host: string): () => void {
  const pid = stack.process(`agent-${host}`).pid()!;
  process.kill(pid, 'SIGSTOP');
  return () => void process.kill(pid, 'SIGCONT');
}

/** The database of a region, looked into from outside; the caller closes it. */
export const openRegion = ({ shape }: BenchStack, region: string) =>
  connectRegionDatabase({
    url: databaseUrl(shape, regionDatabase(region)),
    applicationName: 'slipway-bench',
    maxConnections: 1,
  });
