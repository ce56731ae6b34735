/**
 * What an agent and its keepers cost on a host with three idle services: `node bench/agent/footprint.ts [file]`, one JSON line. The
 * one file that hosts get is started as the unit starts it; without one it is the sources.
 */
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { serviceName } from '../../domain/names.ts';
import { findMarked } from '../../agent/process-identity.ts';
import { findLaunched, openTestHost } from '../../agent/testing/test-agent.ts';
import { startTestRegion } from '../../agent/testing/test-region.ts';
import { cpuMsOf, memoryOf } from './process-cost.ts';

const idleMs = 30_000;
const [, , file] = process.argv;
const services = ['cart', 'checkout', 'search'].map(serviceName);

const region = await startTestRegion();
const host = await openTestHost(region, undefined, file && path.resolve(file));
try {
  for (const [index, service] of services.entries()) {
    const base = region.publish({ number: 1, service, config: { intervalMs: 2_000 } });
    region.setGoal({ service, deployment: 1, generation: 10 + index, base });
  }
  const env = { SLIPWAY_INSTANCE_PORTS: '29310-29319', SLIPWAY_LOG_LEVEL: 'info' };
  host.start({ env, launched: file !== undefined });
  await region.gateway.untilReport(
    (report) => report.services.length === 3 && report.services.every(({ health }) => health === 'healthy'),
    'that three services are healthy',
  );
  const started = host.agent().pid!;
  const agentPid = file === undefined ? started : findLaunched(started)[0]!.pid;
  const pids = [agentPid, ...findMarked('SLIPWAY_KEEPER', `${host.directory.mark}/`).map(({ pid }) => pid)];
  await delay(idleMs);
  const before = pids.map(cpuMsOf);
  await delay(idleMs);
  const cpuPercent = pids.map((pid, index) => ((cpuMsOf(pid) - before[index]!) * 100) / idleMs);
  const [agent, ...keepers] = pids.map((pid, index) => ({ ...memoryOf(pid), cpuPercent: cpuPercent[index] }));
  process.stdout.write(`${JSON.stringify({ file: file ?? 'sources', agent, keepers })}\n`);
} finally {
  await host.destroy();
  await region.gateway.goDown();
}
