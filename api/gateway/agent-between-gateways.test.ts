import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { orderOf } from '../../agent/gateway/gateway-order.ts';
import { until } from '../../agent/testing/test-agent.ts';
import { hostId } from '../../domain/names.ts';
import { openAgentRegion, type AgentRegion } from '../../test/agent-region.ts';
import type { GatewayProgram } from '../../test/gateway-program.ts';
import { service } from '../../test/goal-region.ts';

const host = hostId('web-1');
let here: AgentRegion;
let gateways: GatewayProgram[];

beforeAll(async () => {
  here = await openAgentRegion();
  const started = await Promise.all([here.startGateway(), here.startGateway()]);
  const urls = orderOf(
    host,
    started.map(({ url }) => new URL(url)),
  );
  gateways = started.toSorted((a) => (urls[0]!.port === new URL(a.url).port ? -1 : 1));
});
afterAll(() => here.close());

/** Enough for a gateway to be killed in the middle of it. */
const many = (release: number): Readonly<Record<string, string>> =>
  Object.fromEntries(Array.from({ length: 3_000 }, (_, n) => [`pages/${n}.html`, `page ${n} of release ${release}`]));

test('an agent that is enrolled by the second of its gateways hears its deployments from whichever lives', async () => {
  const [first, second] = gateways.map(({ url }) => url) as [string, string];
  await gateways[0]!.program.end('SIGKILL');
  const agent = await here.openAgent(host, [first, second]);
  agent.start();
  await agent.untilHeard();
  await here.deploy(1, await here.publish(1), agent);
  const saysMoved = (to: string): boolean =>
    agent.said().some((line) => line.includes('another gateway') && line.includes(to));
  expect(saysMoved(second)).toBe(true);
  await here.startGateway(Number(new URL(first).port));

  const next = await here.publish(2, many(2));
  await here.deploy(2, next, agent, async () => {
    const staged = agent.directory.service(service).staged(next.digest);
    await until(
      () => existsSync(path.join(staged.tree, 'pages')),
      () => 'nothing is fetched',
    );
    await gateways[1]!.program.end('SIGKILL');
    expect(existsSync(agent.directory.service(service).release(next.digest).ok)).toBe(false);
  });
  expect(saysMoved(first)).toBe(true);
});
