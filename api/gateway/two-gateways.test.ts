import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import type { Generation } from '../../domain/names.ts';
import { HostServiceRecord } from '../../infra/postgres/region/entities/hosts.ts';
import type { PollResponse } from '../../protocol/gateway.ts';
import { absentAfterMs, admissionOf, attempt, placement, region, service } from '../../test/goal-region.ts';
import type { GatewayProgram } from '../../test/gateway-program.ts';
import { openGatewayRegion, type GatewayRegion } from '../../test/gateway-region.ts';
import { tlsRequest } from '../../test/tls-request.ts';

let here: GatewayRegion;
let gateways: [GatewayProgram, GatewayProgram];
const ended = new AbortController();

beforeAll(async () => {
  here = await openGatewayRegion();
  gateways = await Promise.all([here.startGateway(), here.startGateway()]);
});
afterAll(async () => {
  ended.abort();
  await here.close();
});

/** Polls and reports each goal; whenever one gateway doesn't answer it goes to the other, as a balancer would send it. */
async function runHost(name: string, first: number): Promise<void> {
  const shown = await here.enroll(name, { role: 'web' });
  const headers = { 'content-type': 'application/json' };
  let [at, sequence, known] = [first, 0, [] as { service: string; etag: string }[]];
  const post = (route: string, body: object) =>
    tlsRequest(gateways[at]!.url + route, { method: 'POST', headers, body: JSON.stringify(body), shown });
  const once = async (): Promise<void> => {
    const polled = await post('/v1/poll', { known, waitMs: 20_000 });
    if (polled.status !== 200) throw new Error(String(polled.status));
    const { goals } = (await polled.json()) as PollResponse;
    for (const offer of goals) {
      const { generation, attempt: of } = JSON.parse(Buffer.from(offer.goal.payload, 'base64').toString()) as {
        generation: number;
        attempt: object;
      };
      const rest = { running: null, health: 'healthy', state: 'healthy', refused: [], pinned: false };
      const said = { service, generation, attempt: of, ...rest, maintenance: false, instance: null, reason: null };
      const batch = { sequence: ++sequence, bootId: 'b', agentVersion: '1', services: [{ ...said, trace: null }] };
      if ((await post('/v1/reports', batch)).status !== 204) throw new Error('not taken');
      known = [{ service: offer.service, etag: offer.etag }];
    }
  };
  while (!ended.signal.aborted)
    await once().catch(async () => {
      at = 1 - at;
      await delay(20);
    });
}

async function begin(deployment: number): Promise<Generation> {
  const next = placement('next', { role: 'web' });
  const knowing = { service, region, outcomes: [], centreGeneration: 0 as const };
  const input = { ...knowing, attempt: attempt(deployment), next, admission: admissionOf(next), absentAfterMs };
  const begun = await here.goals.activities.beginRegion(input);
  if (begun.outcome !== 'written') throw new Error(begun.reason);
  return begun.answer.generation;
}

async function untilAllSaid(hosts: number, generation: Generation): Promise<void> {
  const saidIt = () => here.goals.database.em.fork().count(HostServiceRecord, { service, generation });
  while ((await saidIt()) < hosts) await delay(10);
}

test('of two gateways on one database either may die while goals change: every host hears each from the other', async () => {
  const hosts = 8;
  const running = Array.from({ length: hosts }, (_, index) => runHost(`h${index}`, index % 2));
  await untilAllSaid(hosts, await begin(1));
  for (const [round, dying] of [0, 1].entries()) {
    const { program, url } = gateways[dying]!;
    const killed = program.end('SIGKILL');
    await untilAllSaid(hosts, await begin(10 * round + 2));
    await killed;
    await untilAllSaid(hosts, await begin(10 * round + 3));
    gateways[dying] = await here.startGateway(Number(new URL(url).port));
    await untilAllSaid(hosts, await begin(10 * round + 4));
  }
  ended.abort();
  await begin(99); // their polls are answered
  await Promise.all(running);
  expect(await here.goals.database.em.fork().count(HostServiceRecord, { service })).toBe(hosts);
});
