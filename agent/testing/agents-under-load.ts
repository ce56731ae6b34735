import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ownService } from '../../domain/host/own-service.ts';
import type { ServiceName } from '../../domain/names.ts';
import type { ServiceReport } from '../../protocol/gateway.ts';
import { lockHolder } from '../local/lock-holder.ts';
import { findMarked } from '../process-identity.ts';
import { buildAgent } from './build-agent.ts';
import { startLoad, type LoadResult } from './changes-under-load.ts';
import { handedServer } from './handed-server.ts';
import { openTestHost } from './test-agent.ts';
import { checkout, startTestRegion, type TestRegion } from './test-region.ts';
import type { TestRelease } from './test-release.ts';

export interface AgentsUnderLoad extends LoadResult {
  /** From the goal until the region heard that the new agent is well. */
  readonly upgradeMs: number;
  /** From the goal of an agent that crashes until the region heard that the one before is back. */
  readonly revertMs: number;
  /** Files that agent and keeper ran at the end: both the new one's. */
  readonly agentIsNew: boolean;
  readonly keeperIsNew: boolean;
}

/**
 * A host that is asked all the time while its agent is replaced by a deployment, by one that crashes and is gone back from, and
 * while the new agent then brings another release of the service, which replaces its keeper too. Ends after so many requests.
 */
export async function replaceAgentsUnderLoad(requests: number, perSecond: number): Promise<AgentsUnderLoad> {
  const folder = mkdtempSync(path.join(tmpdir(), 'slipway-agents-'));
  const file = buildAgent(folder);
  const region = await startTestRegion();
  const host = await openTestHost(region, undefined, file);
  try {
    const text = readFileSync(file, 'utf8');
    const agents = [
      text,
      `${text}// next\n`,
      text.replace('\n', "\nif (process.argv[2] === 'run') process.exit(1);\n"),
    ];
    const [first, second, bad] = agents.map((each, index) => publishAgent(region, index + 1, each));
    const [one, two] = [1, 2].map((number) => publishService(region, number));
    region.setGoal({ deployment: 1, generation: 10, base: one! });
    region.setGoal({ service: ownService, deployment: 1, generation: 10, base: first! });
    host.start({ launched: true });
    await untilRuns(region, checkout, one!, 10);
    await untilRuns(region, ownService, first!, 10);
    const load = startLoad(host, perSecond, host.data('balancer.pid'));

    const startedAt = performance.now();
    region.setGoal({ service: ownService, deployment: 2, generation: 20, base: first!, next: second! });
    await untilRuns(region, ownService, second!, 20);
    const upgradeMs = Math.round(performance.now() - startedAt);
    region.setGoal({ service: ownService, deployment: 2, generation: 21, base: second!, step: 'finish' });
    const badAt = performance.now();
    region.setGoal({ service: ownService, deployment: 3, generation: 30, base: second!, next: bad! });
    await until(region, ownService, 'that it reverted', (own) => own.state === 'reverted' && own.health === 'healthy');
    const revertMs = Math.round(performance.now() - badAt);
    region.setGoal({ deployment: 2, generation: 20, base: one!, next: two! });
    await untilRuns(region, checkout, two!, 20);

    const result = await load.endAfter(requests);
    const newFile = host.directory.service(ownService).release(second!.digest).tree;
    const [keeper] = findMarked('SLIPWAY_KEEPER', `${host.directory.mark}/${checkout}`);
    const runs = (pid: number): boolean => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(newFile);
    const agentIsNew = runs(lockHolder(host.directory)!.pid);
    return { ...result, upgradeMs, revertMs, agentIsNew, keeperIsNew: runs(keeper!.pid) };
  } finally {
    await host.destroy();
    await region.gateway.goDown();
    rmSync(folder, { recursive: true });
  }
}

const publishAgent = (region: TestRegion, number: number, text: string): TestRelease =>
  region.publish({
    service: ownService,
    number,
    files: { 'slipway-agent': text },
    config: { process: true, startPeriodMs: 30_000, intervalMs: 100 },
  });

const publishService = (region: TestRegion, number: number): TestRelease =>
  region.publish({
    number,
    files: { 'server.mjs': handedServer },
    run: { restart: 'socket', stop: { signal: 'SIGTERM', graceMs: 10_000 } },
  });

const untilRuns = (region: TestRegion, service: ServiceName, { digest, number }: TestRelease, generation: number) =>
  until(
    region,
    service,
    `that ${service}@${number} runs by goal ${generation}`,
    (report) => report.running === digest && report.generation === generation && report.state === 'healthy',
  );

async function until(
  { gateway }: TestRegion,
  service: ServiceName,
  what: string,
  holds: (report: ServiceReport) => boolean,
): Promise<void> {
  const isSo = (services: readonly ServiceReport[]): boolean =>
    services.some((report) => report.service === service && holds(report));
  const deadline = performance.now() + 90_000;
  for (;;) {
    try {
      await gateway.untilReport(({ services }) => isSo(services), what);
      return;
    } catch (error) {
      if (performance.now() > deadline) throw error;
    }
  }
}
