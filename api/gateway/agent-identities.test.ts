/** What becomes of real agents that were copied, away for long, or revoked, at a real gateway of their region. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { until } from '../../agent/testing/test-agent.ts';
import { renewableAfterEndMs, usualLifeMs } from '../../domain/host-identity/certificate-life.ts';
import { hostId } from '../../domain/names.ts';
import { listIdentities, releaseHost, revokeHost } from '../../infra/postgres/region/identity-decisions.ts';
import { openAgentRegion, type AgentRegion } from '../../test/agent-region.ts';
import type { GatewayProgram } from '../../test/gateway-program.ts';
import { importing, wrongClock } from '../../test/imported-module.ts';
import { patienceMs } from '../../test/patience.ts';
import type { RegionAgent } from '../../test/region-agent.ts';
import { tlsRequest } from '../../test/tls-request.ts';

const host = hostId('web-1');
const dayMs = 86_400_000;
let here: AgentRegion;
let gateway: GatewayProgram;
let agent: RegionAgent;

beforeEach(async () => {
  here = await openAgentRegion();
});
afterEach(() => here.close());

async function startBoth(onGateway = {}, onAgent = {}): Promise<void> {
  gateway = await here.startGateway(0, onGateway);
  agent = await here.openAgent(host, [gateway.url]);
  agent.start(onAgent);
  await agent.untilHeard();
}

const stateOf = async () => (await listIdentities(here.goals.database)).find((each) => each.host === host);
const untilQuarantined = (): Promise<void> =>
  until(
    async () => (await stateOf())?.state === 'quarantined',
    () => `nobody notices\n${agent.said().join('\n')}`,
  );

describe('a copied disk', () => {
  const machineId = (digit: string): Readonly<Record<string, string>> => {
    const file = path.join(agent.directory.root, '..', `machine-${digit}`);
    writeFileSync(file, digit.repeat(32));
    return { SLIPWAY_MACHINE_ID_FILE: file };
  };
  const none = { SLIPWAY_MACHINE_ID_FILE: '/nowhere' };

  test.each<[string, () => object, () => object, RegExp]>([
    ['of a machine with an id', () => machineId('1'), () => machineId('2'), /it told another machine id/],
    [
      'where machines have no id',
      () => none,
      () => ({ ...none, ...importing('another-boot.mjs', 'b') }),
      /two machines have its key/,
    ],
  ])(
    '%s is noticed when both agents speak, and both are kept out; what runs goes on',
    async (_what, one, other, why) => {
      await startBoth({}, none);
      await agent.end('SIGTERM');
      const copy = await here.copyAgent(agent, [gateway.url]);
      agent.start({ ...one() });
      await here.deploy(1, await here.publish(1), agent);
      copy.start({ ...other() });
      await untilQuarantined();
      expect((await stateOf())!.why).toMatch(why);
      await Promise.all([agent, copy].map((each) => each.untilSays('"problem":"host-quarantined"')));
      expect(await agent.running()).toBe('checkout@1');
      await copy.end('SIGKILL');
      await releaseHost(here.goals.database, { host, by: 'ada', reason: 'lost' });
      await agent.end('SIGTERM');
      agent.start({ ...one() });
      await here.deploy(2, await here.publish(2), agent);
    },
  );
});

describe('an agent that was away for so long that its certificate has ended', () => {
  /** All of the enrolment was then. */
  async function wasAwayUntil(endedMs: number): Promise<void> {
    const then = wrongClock(-(usualLifeMs + endedMs));
    await startBoth(then, then);
    await here.deploy(1, await here.publish(1), agent);
    await agent.end('SIGKILL');
    await gateway.program.end('SIGKILL');
    expect(Math.abs((await stateOf())!.expiresAt.getTime() + endedMs - Date.now())).toBeLessThan(dayMs / 24);
    await here.startGateway(Number(new URL(gateway.url).port));
    agent.start();
  }

  test('renews it by proof of the same key, and serves again', async () => {
    await wasAwayUntil(renewableAfterEndMs - dayMs);
    await agent.untilSays('the certificate was renewed');
    await here.deploy(2, await here.publish(2), agent);
    expect(agent.said().join('\n')).not.toContain('this host was enrolled');
  });

  test('and was too long ago is let in by a new token only, and runs on meanwhile', async () => {
    await wasAwayUntil(renewableAfterEndMs + dayMs);
    await agent.untilSays('was away for more than 60 days');
    expect(await agent.running()).toBe('checkout@1');
    await agent.giveToken();
    await agent.untilSays('this host was enrolled');
    await here.deploy(2, await here.publish(2), agent);
  });
});

test('an agent whose host is revoked is refused within a minute, whatever it waits for, and what runs goes on', async () => {
  await startBoth();
  await here.deploy(1, await here.publish(1), agent);
  const refused = async (): Promise<boolean> => {
    const metrics = await (await tlsRequest(`${gateway.url}/metrics`, { shown: null })).text();
    return /^slipway_gateway_refused_hosts_total\{because="host-revoked"\} [1-9]/m.test(metrics);
  };
  expect(await refused()).toBe(false);
  const revokedAt = performance.now();
  expect(await revokeHost(here.goals.database, { host, by: 'ada', reason: 'lost' })).toBe(true);
  await until(refused, () => `it is not refused\n${agent.said().join('\n')}`, patienceMs);
  expect(performance.now() - revokedAt).toBeLessThan(60_000);
  await agent.untilSays('"problem":"host-revoked"');
  expect(await agent.running()).toBe('checkout@1');
});
