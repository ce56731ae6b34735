/**
 * What an agent and its keepers cost on a host with three idle services: `node bench/agent/footprint.ts <file> [node flag…]`, one
 * JSON line.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { serviceName } from '../../domain/names.ts';
import { findMarked } from '../../agent/process-identity.ts';
import { openTestHost } from '../../agent/testing/test-agent.ts';
import { startTestRegion } from '../../agent/testing/test-region.ts';
import { cpuMsOf, memoryOf } from './process-cost.ts';

const idleMs = 30_000;
const [file, ...flags] = process.argv.slice(2);
const services = ['cart', 'checkout', 'search'].map(serviceName);

const region = await startTestRegion();
const host = await openTestHost(region, undefined, file);
try {
  for (const [index, service] of services.entries()) {
    const base = region.publish({ number: 1, service, config: { intervalMs: 2_000 } });
    region.setGoal({ service, deployment: 1, generation: 10 + index, base });
  }
  const env = { SLIPWAY_INSTANCE_PORTS: '29310-29319', SLIPWAY_LOG_LEVEL: 'info', NODE_OPTIONS: flags.join(' ') };
  host.start({ env });
  await region.gateway.untilReport(
    (report) => report.services.length === 3 && report.services.every(({ health }) => health === 'healthy'),
    'that three services are healthy',
  );
  const pids = [host.agent().pid!, ...findMarked('SLIPWAY_KEEPER', `${host.directory.mark}/`).map(({ pid }) => pid)];
  await delay(idleMs);
  const before = pids.map(cpuMsOf);
  await delay(idleMs);
  const cpuPercent = pids.map((pid, index) => ((cpuMsOf(pid) - before[index]!) * 100) / idleMs);
  const [agent, ...keepers] = pids.map((pid, index) => ({ ...memoryOf(pid), cpuPercent: cpuPercent[index] }));
  process.stdout.write(`${JSON.stringify({ file: file ?? 'sources', flags, agent, keepers })}\n`);
} finally {
  await host.destroy();
  await region.gateway.goDown();
}
