import { findMarked } from '../../agent/process-identity.ts';
import { openTestHost, type TestHost } from '../../agent/testing/test-agent.ts';
import { startTestRegion, type TestRegion } from '../../agent/testing/test-region.ts';
import type { TestRelease } from '../../agent/testing/test-release.ts';
import { serviceName, type ServiceName } from '../../domain/names.ts';
import { freePort } from '../../infra/local/free-port.ts';
import { cpuMsOf, memoryOf, openFilesOf } from '../agent/process-cost.ts';

export const soakedServices = ['cart', 'checkout', 'search'].map(serviceName);

/** What the agent and its keepers hold at one moment. */
export interface Sample {
  readonly atMs: number;
  readonly agentPssKiB: number;
  readonly agentOwnKiB: number;
  /** Of all keepers. */
  readonly keepersOwnKiB: number;
  /** Since the process began. */
  readonly agentCpuMs: number;
  readonly agentFiles: number;
}

/** One host with three services, whose agent is watched for hours. */
export interface SoakedHost {
  /** A new release of one of its services, in turn, until the host has it. @throws Error when it hasn't after 20 s */
  change(): Promise<void>;
  sample(): Sample;
  close(): Promise<void>;
}

/** Answers its health, and writes so many lines a second. */
const program = (linesPerSecond: number): string => `
import http from 'node:http';
http.createServer((_, response) => response.end()).listen(Number(process.env.PORT), '127.0.0.1');
${linesPerSecond === 0 ? '' : `setInterval(() => console.log('x'.repeat(90)), ${1000 / linesPerSecond});`}
`;

/** @param file the one file that hosts get */
export async function openSoakedHost(file: string, linesPerSecond: number): Promise<SoakedHost> {
  const region = await startTestRegion();
  region.gateway.reportEveryMs = 60_000;
  const host = await openTestHost(region, undefined, file);
  const files = { 'server.mjs': program(linesPerSecond) };
  let number = 0;
  const publish = (service: ServiceName): TestRelease =>
    region.publish({ number: ++number, service, files, config: { intervalMs: 2_000 } });
  const runs = new Map<ServiceName, TestRelease>();
  for (const service of soakedServices) {
    const base = publish(service);
    runs.set(service, base);
    region.setGoal({ service, deployment: 1, generation: number, base });
  }
  const first = await freePort();
  host.start({
    env: { SLIPWAY_INSTANCE_PORTS: `${first}-${first + 9}`, SLIPWAY_LOG_LEVEL: 'info', NODE_OPTIONS: unitFlags },
  });
  for (const release of runs.values()) await untilHealthy(region, release);
  return {
    async change() {
      const service = soakedServices[number % soakedServices.length]!;
      const next = publish(service);
      region.setGoal({ service, deployment: number, generation: number, base: runs.get(service)!, next });
      runs.set(service, next);
      await untilHealthy(region, next);
    },
    sample: () => sampleOf(host),
    async close() {
      await host.destroy();
      await region.gateway.goDown();
    },
  };
}

/** As the unit starts it. */
const unitFlags = '--max-semi-space-size=1';

const untilHealthy = ({ gateway }: TestRegion, { service, digest }: TestRelease) =>
  gateway.untilReport(
    ({ services }) =>
      services.some((each) => each.service === service && each.running === digest && each.health === 'healthy'),
    `that ${service} runs ${digest}`,
  );

function sampleOf(host: TestHost): Sample {
  const agent = host.agent().pid!;
  const keepers = findMarked('SLIPWAY_KEEPER', `${host.directory.mark}/`).map(({ pid }) => memoryOf(pid).ownKiB);
  const { pssKiB, ownKiB } = memoryOf(agent);
  return {
    atMs: Math.round(performance.now()),
    agentPssKiB: pssKiB,
    agentOwnKiB: ownKiB,
    keepersOwnKiB: keepers.reduce((sum, each) => sum + each, 0),
    agentCpuMs: cpuMsOf(agent),
    agentFiles: openFilesOf(agent),
  };
}
