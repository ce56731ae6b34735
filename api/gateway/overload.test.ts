/** A gateway, as it is started in earnest, that is asked for more than it can do. The tests stand in order. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import type { ShownIdentity } from '../../agent/gateway/gateway-connection.ts';
import type { BeginRegionInput } from '../../activities/goals/contract.ts';
import { hostId, type Generation, type HostId } from '../../domain/names.ts';
import { HostRecord, HostServiceRecord } from '../../infra/postgres/region/entities/hosts.ts';
import type { PollResponse } from '../../protocol/gateway.ts';
import { until } from '../../test/crash/run/patience.ts';
import type { GatewayProgram } from '../../test/gateway-program.ts';
import { openGatewayRegion, type GatewayRegion } from '../../test/gateway-region.ts';
import { admissionOf, attempt, placement, region, service, wellAt } from '../../test/goal-region.ts';
import { openHostConnection, type HostAnswer, type HostConnection } from '../../test/host-connection.ts';
import { atOnceMs, patienceMs } from '../../test/patience.ts';
import { openPressingHosts, type PressingHosts } from '../../test/pressing-hosts.ts';
import { within } from '../../test/slowness.ts';

/** Longer than a machine may take to bring the gateway to its limit: nobody is to be absent then. */
const absentAfterMs = 600_000;
/** After which an agent gives up an answer. */
const patienceOfHostMs = 10_000;

/** Prometheus' `scrape_timeout`, unless it is told another. */
const patienceOfScraperMs = 10_000;

/** It takes nothing while its event loop is so late (operations/load-gate.ts). A turn that has begun goes to its end. */
const overrunFromMs = 2_000;

/** A goal that nobody is told of is heard at the end of a poll. */
const pollMs = 60_000;

let here: GatewayRegion;
let gateway: GatewayProgram;
let operator: HostConnection;
let pressing: PressingHosts;
/** Of a host that is served before any other comes. */
let served: HostConnection;
const heardAtMs = new Map<Generation, number>();

beforeAll(async () => {
  here = await openGatewayRegion();
  gateway = await here.startGateway(0, { SLIPWAY_GATEWAY_OPERATORS_LISTEN: '127.0.0.1:0' });
  operator = openHostConnection(gateway.url, null);
  pressing = openPressingHosts(gateway.url);
  served = openHostConnection(gateway.url, await here.enroll('served', { role: 'web' }));
});
afterAll(async () => {
  hasEnded = true;
  served?.close();
  await pressing?.end();
  operator?.close();
  await here?.close();
});

const next = placement('next', { role: 'web' });
async function begin(): Promise<Generation> {
  const known = { service, region, outcomes: [], centreGeneration: 0 as const, absentAfterMs };
  const input: BeginRegionInput = { ...known, attempt: attempt(1), next, admission: admissionOf(next) };
  const begun = await here.goals.activities.beginRegion(input);
  if (begun.outcome !== 'written') throw new Error(begun.reason);
  return begun.answer.generation;
}
async function advance(generation: Generation): Promise<Generation> {
  const step = { service, region, attempt: attempt(1), generation, absentAfterMs };
  const advanced = await here.goals.activities.advanceRegion({ ...step, batch: 1, share: { percent: 100 } });
  if (advanced.outcome !== 'written') throw new Error(advanced.outcome);
  return advanced.answer.generation;
}

let sequence = 0;
const about = (generation: Generation) => ({ ...wellAt(attempt(1)), generation, running: next.release.digest });
const report = (connection: HostConnection, services: readonly object[]): Promise<HostAnswer> =>
  connection.post('/v1/reports', JSON.stringify({ sequence: ++sequence, bootId: 'boot', agentVersion: '1', services }));
/** Says it again when it is told to, as an agent: by its load, or since a late loop takes its database for silent. */
async function reported(connection: HostConnection, services: readonly object[]): Promise<void> {
  for (;;) {
    const { status, retryAfter } = await report(connection, services);
    if (status === 204) return;
    expect([status, retryAfter]).toEqual([503, expect.any(Number)]);
    await delay(retryAfter! * 1_000);
  }
}

let hasEnded = false;
let known: readonly { service: string; etag: string }[] = [];
/** Waits for what is new, and comes again when it is told to, as an agent. */
async function hearGoals(untilHeard: (generation: Generation) => boolean): Promise<void> {
  for (let heard = false; !heard && !hasEnded;) {
    const { status, retryAfter, body } = await served.post('/v1/poll', JSON.stringify({ known, waitMs: pollMs }));
    if (status !== 200) {
      await delay((retryAfter ?? 1) * 1_000);
      continue;
    }
    const { goals } = JSON.parse(body) as PollResponse;
    for (const { service: of, etag, goal } of goals) {
      const { generation } = JSON.parse(Buffer.from(goal.payload, 'base64').toString()) as { generation: Generation };
      heardAtMs.set(generation, performance.now());
      known = [{ service: of, etag }];
      heard = untilHeard(generation);
    }
  }
}

/** The latest that all but one in a hundred turns of its event loop were between two looks. */
let mostLateMs = 0;
async function figure(line: string): Promise<number> {
  const { body } = await operator.get('/metrics');
  const valueOf = (name: string): number => {
    const found = body.split('\n').find((each) => each.startsWith(`${name} `));
    return Number(found?.slice(name.length + 1) ?? 0);
  };
  mostLateMs = Math.max(mostLateMs, 1_000 * valueOf('nodejs_eventloop_lag_p99_seconds'));
  return valueOf(line);
}
const shed = (what: 'poll' | 'reports') => figure(`slipway_gateway_shed_requests_total{what="${what}"}`);

const joiningAtOnce = 25;
const pressingHosts = new Map<HostId, ShownIdentity>();
/** A few more of them, each over a connection of its own. */
async function pressHarder(): Promise<void> {
  const join = async (name: string): Promise<void> => {
    const shown = await here.enroll(name);
    pressingHosts.set(hostId(name), shown);
    pressing.add(hostId(name), shown);
  };
  const first = pressingHosts.size + 1;
  await Promise.all(Array.from({ length: joiningAtOnce }, (_, more) => join(`pressing-${first + more}`)));
}

/** How it has called its load, in its log. */
const loads = (): readonly string[] =>
  gateway.program.lines.flatMap((line) => {
    const { level, load } = JSON.parse(line) as { level: string; load?: string };
    return level === 'warn' && load !== undefined ? [load] : [];
  });

let begun: Generation;
/** By a host that is there all along. */
let told: Promise<void>;
test('pressed by ever more hosts a gateway refuses polls, and then reports too, and says when to come again', async () => {
  await reported(served, []);
  begun = await begin();
  await hearGoals((generation) => generation === begun);
  told = hearGoals((generation) => generation > begun);
  told.catch(() => undefined); // awaited below
  await until('the gateway to be at its limit', patienceMs, async () => {
    if ((await shed('reports')) > 0) return true;
    await pressHarder();
    return undefined;
  });
  // 2 is of a loop so late that it takes its database for silent.
  const refusals = ['/v1/poll 503 1', '/v1/poll 503 2', '/v1/poll 503 5', '/v1/reports 503 2', '/v1/reports 503 5'];
  const expected = ['/v1/poll 200', '/v1/reports 204', ...refusals];
  expect([...pressing.answers].filter((answer) => !expected.includes(answer))).toEqual([]);
  expect(loads().some((load) => load === 'full' || load === 'overrun')).toBe(true);
});

test('who scrapes it at the address for operators is answered in time, on a new connection each time', async () => {
  for (let scrapes = 0; scrapes < 5; scrapes++) {
    const askedAtMs = performance.now();
    const answer = await fetch(`${gateway.operatorsUrl}/metrics`, { headers: { connection: 'close' } });
    expect(await answer.text()).toContain('slipway_gateway_shed_requests_total{what="reports"}');
    expect(performance.now() - askedAtMs).toBeLessThan(within(patienceOfScraperMs, { otherwiseMs: atOnceMs }));
  }
});

test('while it refuses others, a host that was there is given its goal soon, and what it reports is stored when it is taken', async () => {
  const before = (await shed('poll')) + (await shed('reports'));
  // Of others none is held open.
  await until('the host to wait for its goal', patienceMs, async () =>
    (await figure('slipway_gateway_open_polls')) === 1 ? true : undefined,
  );
  const advancedTo = await advance(begun);
  const writtenAtMs = performance.now();
  await told;
  const tookMs = heardAtMs.get(advancedTo)! - writtenAtMs;
  expect(tookMs).toBeLessThan(within(patienceOfHostMs, { otherwiseMs: atOnceMs }));
  await reported(served, [about(advancedTo)]);
  const stored = await here.goals.database.em.fork().findOne(HostServiceRecord, { host: hostId('served'), service });
  expect(stored).toMatchObject({ generation: advancedTo, running: next.release.digest });
  await until('it to have refused more', patienceMs, async () =>
    (await shed('poll')) + (await shed('reports')) > before ? true : undefined,
  );
});

test('a hundred more hosts make its event loop hardly later: what it refuses costs it little', async () => {
  for (const more = pressingHosts.size + 100; pressingHosts.size < more;) await pressHarder();
  await figure('slipway_gateway_open_polls'); // what was before is not counted
  mostLateMs = 0;
  const before = (await shed('poll')) + (await shed('reports'));
  await until('it to have refused a few hundred', patienceMs, async () =>
    (await shed('poll')) + (await shed('reports')) >= before + 200 ? true : undefined,
  );
  expect(mostLateMs).toBeGreaterThan(0);
  expect(mostLateMs).toBeLessThan(within(1.5 * overrunFromMs, { otherwiseMs: 3 * overrunFromMs }));
});

test('nothing that it has taken is lost', async () => {
  await pressing.end();
  const stored = await here.goals.database.em.fork().find(HostRecord, { id: { $in: [...pressing.taken.keys()] } });
  const known = new Map<HostId, number>(stored.map(({ id, reportSequence }) => [id, reportSequence]));
  expect(pressing.taken.size).toBeGreaterThan(0);
  expect([...pressing.taken].filter(([host, sequence]) => (known.get(host) ?? 0) < sequence)).toEqual([]);
});

const nothingKnown = JSON.stringify({ known: [], waitMs: 0 });
const fewAtOnce = 5;
test('when they have left it is calm again, and serves everybody', async () => {
  const serve = async (shown: ShownIdentity): Promise<void> => {
    const connection = openHostConnection(gateway.url, shown);
    await until('a host to be served', patienceMs, async () => {
      const answers = [await connection.post('/v1/poll', nothingKnown), await report(connection, [])];
      return answers[0]!.status === 200 && answers[1]!.status === 204 ? true : undefined;
    });
    connection.close();
  };
  // Nobody has served it before.
  await serve(await here.enroll('newcomer'));
  const all = [...pressingHosts.values()];
  for (let from = 0; from < all.length; from += fewAtOnce)
    await Promise.all(all.slice(from, from + fewAtOnce).map(serve));
  await until('it to call itself calm', patienceMs, () => loads().at(-1) === 'calm' || undefined);
  expect(await figure('slipway_gateway_open_polls')).toBe(0);
});
