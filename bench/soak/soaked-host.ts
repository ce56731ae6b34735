import path from 'node:path';
import { findMarked } from '../../agent/process-identity.ts';
import { findLaunched, openTestHost, type TestHost } from '../../agent/testing/test-agent.ts';
import { startTestRegion, type TestRegion } from '../../agent/testing/test-region.ts';
import type { TestRelease } from '../../agent/testing/test-release.ts';
import { serviceName, type ServiceName } from '../../domain/names.ts';
import { freePorts } from '../../infra/local/free-port.ts';
import { cpuMsOf, memoryOf, openFilesOf, writtenBytesOf } from '../agent/process-cost.ts';

export const soakedServices = ['cart', 'checkout', 'search'].map(serviceName);

/** What the agent and its keepers hold at one moment. */
export interface Sample {
  readonly atMs: number;
  readonly agentPssKiB: number;
  readonly agentOwnKiB: number;
  /** Of all keepers. */
  readonly keepersOwnKiB: number;
  /** By all keepers since they began: what instances wrote, and little else. */
  readonly keepersWroteKiB: number;
  /** Since the process began. */
  readonly agentCpuMs: number;
  readonly agentFiles: number;
}

/** One host with three services, whose agent is watched for hours. */
export interface SoakedHost {
  /** A new release of one of its services, in turn, until the host has it. @throws Error when it hasn't after 40 s */
  change(): Promise<void>;
  sample(): Sample;
  close(): Promise<void>;
}

const mostWritesPerSecond = 50;

/** Answers its health, and writes so many lines a second. */
function program(linesPerSecond: number): string {
  const at = Math.max(1, Math.round(linesPerSecond / mostWritesPerSecond));
  const writes = `setInterval(() => process.stdout.write(('x'.repeat(90) + '\\n').repeat(${at})), ${(1000 * at) / linesPerSecond});`;
  return `
import http from 'node:http';
http.createServer((_, response) => response.end()).listen(Number(process.env.PORT), '127.0.0.1');
${linesPerSecond === 0 ? '' : writes}
`;
}

export interface SoakedHostOptions {
  /** The one file that hosts get. */
  readonly agent: string;
  /** Of each service. */
  readonly linesPerSecond: number;
  readonly healthEveryMs: number;
}

/** Its agent is started as the unit starts it. */
export async function openSoakedHost(options: SoakedHostOptions): Promise<SoakedHost> {
  const region = await startTestRegion();
  region.gateway.reportEveryMs = 60_000;
  const host = await openTestHost(region, undefined, path.resolve(options.agent));
  const files = { 'server.mjs': program(options.linesPerSecond) };
  let number = 0;
  const publish = (service: ServiceName): TestRelease =>
    region.publish({ number: ++number, service, files, config: { intervalMs: options.healthEveryMs } });
  const runs = new Map<ServiceName, TestRelease>();
  for (const service of soakedServices) {
    const base = publish(service);
    runs.set(service, base);
    region.setGoal({ service, deployment: 1, generation: number, base });
  }
  const first = await freePorts(10);
  host.start({
    launched: true,
    env: { SLIPWAY_INSTANCE_PORTS: `${first}-${first + 9}`, SLIPWAY_LOG_LEVEL: 'info' },
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

const untilHealthy = ({ gateway }: TestRegion, { service, digest }: TestRelease) =>
  gateway.untilReport(
    ({ services }) =>
      services.some((each) => each.service === service && each.running === digest && each.health === 'healthy'),
    `that ${service} runs ${digest}`,
  );

function sampleOf(host: TestHost): Sample {
  const agent = findLaunched(host.agent().pid!)[0]!.pid;
  const keepers = findMarked('SLIPWAY_KEEPER', `${host.directory.mark}/`).map(({ pid }) => pid);
  const ofAll = (figure: (pid: number) => number): number => keepers.reduce((sum, pid) => sum + figure(pid), 0);
  const { pssKiB, ownKiB } = memoryOf(agent);
  return {
    atMs: Math.round(performance.now()),
    agentPssKiB: pssKiB,
    agentOwnKiB: ownKiB,
    keepersOwnKiB: ofAll((pid) => memoryOf(pid).ownKiB),
    keepersWroteKiB: Math.round(ofAll(writtenBytesOf) / 1024),
    agentCpuMs: cpuMsOf(agent),
    agentFiles: openFilesOf(agent),
  };
}
