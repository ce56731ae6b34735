/** Real agents whose clocks are not their gateway's, and both of them late, at a real gateway of their region. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { until } from '../../agent/testing/test-agent.ts';
import { hostId } from '../../domain/names.ts';
import { HostServiceRecord } from '../../infra/postgres/region/entities/hosts.ts';
import { openAgentRegion, type AgentRegion } from '../../test/agent-region.ts';
import type { GatewayProgram } from '../../test/gateway-program.ts';
import { service } from '../../test/goal-region.ts';
import { wrongClock } from '../../test/imported-module.ts';
import { patienceMs } from '../../test/patience.ts';
import type { RegionAgent } from '../../test/region-agent.ts';
import { tlsRequest } from '../../test/tls-request.ts';

const host = hostId('web-1');
const hourMs = 3_600_000;
const yearMs = 365 * 24 * hourMs;
let here: AgentRegion;
let gateway: GatewayProgram;
let agent: RegionAgent;

beforeEach(async () => {
  here = await openAgentRegion();
  gateway = await here.startGateway();
  agent = await here.openAgent(host, [gateway.url]);
});
afterEach(() => here.close());

async function metric(name: string): Promise<number> {
  const text = await (await tlsRequest(`${gateway.url}/metrics`, { shown: null })).text();
  return Number(new RegExp(`^slipway_gateway_${name} (.+)$`, 'm').exec(text)?.[1]);
}
const untilWrongClocks = (count: number): Promise<void> =>
  until(
    async () => (await metric('wrong_clock_hosts')) === count,
    () => `not ${count} clocks are wrong\n${agent.said().join('\n')}`,
    patienceMs,
  );
/** What the region knows of why the host is not as its goal says. */
async function untilReason(why: string): Promise<void> {
  const said = async () => (await here.goals.database.em.fork().findOne(HostServiceRecord, { host, service }))?.reason;
  await until(
    async () => (await said()) === why,
    () => `it does not say ${why}\n${agent.said().join('\n')}`,
    patienceMs,
  );
}

interface Service {
  readonly reason: string | null;
  readonly onDisk: readonly string[];
}
interface Status {
  readonly data: { readonly clockAheadMs: number; readonly services: readonly Service[] };
}
const status = async (): Promise<Status['data']> =>
  (JSON.parse(await agent.command('status', '--json')) as Status).data;

test.each([
  ['an hour ahead', 1],
  ['an hour behind', -1],
])('a host whose clock is %s installs as any other, and is counted and shown as wrong', async (_what, hours) => {
  agent.start(wrongClock(hours * hourMs));
  await agent.untilHeard();
  await here.deploy(1, await here.publish(1), agent);
  expect(await agent.running()).toBe('checkout@1');
  await untilWrongClocks(1);
  const { clockAheadMs, services } = await status();
  expect(Math.abs(clockAheadMs - hours * hourMs)).toBeLessThan(60_000);
  expect(services).toMatchObject([{ reason: null }]);
  expect(await agent.command('status')).toMatch(/^clock +1 h (ahead of|behind) its gateway's/m);
  expect(gateway.program.lines.filter((line) => line.includes("a host's clock differs"))).toHaveLength(1);
});

test('a host whose clock is a year ahead installs nothing, says why in its report and status, and installs once it is right', async () => {
  agent.start(wrongClock(yearMs));
  await agent.untilHeard();
  const deployed = here.deploy(1, await here.publish(1), agent);
  const why = "the goal has expired: nothing is installed; this host's clock is 365 d ahead of its gateway's";
  await untilReason(why);
  expect((await status()).services).toMatchObject([{ reason: why, running: null, onDisk: [] }]);
  await untilWrongClocks(1);
  expect(await agent.running()).toBeNull();
  await agent.end('SIGTERM');
  agent.start();
  await deployed;
  await untilWrongClocks(0);
});

test('a region whose index nobody signs any more is frozen after six hours: nothing is installed, what runs goes on, and it is told', async () => {
  agent.start();
  await agent.untilHeard();
  await here.deploy(1, await here.publish(1), agent);
  await agent.end('SIGTERM');
  await gateway.program.end('SIGKILL');
  const later = wrongClock(7 * hourMs);
  const port = Number(new URL(gateway.url).port);
  gateway = await here.startGateway(port, later);
  agent.start(later);
  // Its index is signed with it, seven hours ago.
  const deployed = here.deploy(2, await here.publish(2), agent);
  const why = 'no fresh goal index proves the goal: nothing is installed';
  await untilReason(why);
  const { services, clockAheadMs } = await status();
  expect(services).toMatchObject([{ reason: why, health: 'healthy', running: { name: 'checkout@1' } }]);
  expect(Math.abs(clockAheadMs)).toBeLessThan(60_000);
  expect(await metric('index_age_seconds')).toBeGreaterThan(6 * 3_600);
  expect(await agent.running()).toBe('checkout@1');
  expect(services[0]!.onDisk).toHaveLength(1);
  await agent.end('SIGTERM');
  await gateway.program.end('SIGKILL');
  gateway = await here.startGateway(port);
  agent.start();
  await deployed;
});
