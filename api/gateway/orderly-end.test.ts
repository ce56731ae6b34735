import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { hostId, type HostId } from '../../domain/names.ts';
import { keyFiles } from '../../infra/keys/create-trust.ts';
import type { Envelope } from '../../protocol/dsse.ts';
import { verifyRoot } from '../../protocol/root-document.ts';
import { forgetful, runLightHost } from '../../bench/hosts/light-host.ts';
import { until } from '../../test/crash/run/patience.ts';
import type { GatewayProgram } from '../../test/gateway-program.ts';
import { openGatewayRegion, type GatewayRegion } from '../../test/gateway-region.ts';
import { admissionOf, attempt, placement, region, service } from '../../test/goal-region.ts';
import { openHostConnection } from '../../test/host-connection.ts';
import { patienceMs } from '../../test/patience.ts';

const hosts = 40;
/** Hosts report every three seconds by it, and come back anywhere within as long. */
const absentAfterMs = 9_000;
/** Of the window a twelfth: of forty hosts some three come in it. */
const togetherMs = 250;

let here: GatewayRegion;
let gateways: readonly [GatewayProgram, GatewayProgram];
const ended = new AbortController();
const running: Promise<void>[] = [];
interface Poll {
  readonly host: HostId;
  readonly atMs: number;
  how: 'held' | 'answered' | 'cut';
}
const polls: Poll[] = [];

beforeAll(async () => {
  here = await openGatewayRegion();
  gateways = await Promise.all([here.startGateway(), here.startGateway()]);
});
afterAll(async () => {
  ended.abort(new Error('the test ended'));
  await Promise.all(running);
  await here.close();
});

/** With the agent's own polls, which begin with the first gateway. */
async function startHost(name: string): Promise<void> {
  const host = hostId(name);
  const shown = await here.enroll(name, { role: 'web' });
  const root = verifyRoot(JSON.parse(await readFile(here.keyFile(keyFiles.root), 'utf8')) as Envelope);
  if (!root.ok) throw new Error(root.reason);
  running.push(
    runLightHost({
      verifier: { host, region, keys: root.keys },
      gateways: gateways.map(({ url }) => new URL(url)),
      first: 0,
      localAddress: '127.0.0.1',
      shown,
      log: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
      signal: ended.signal,
      isWell: () => true,
      onGoal: () => undefined,
      odd: {
        memory: forgetful(host),
        carryOut: (honest) => honest,
        begin: () => undefined,
        talk: (honest) => ({
          ...honest,
          poll(request, signal) {
            const poll: Poll = { host, atMs: performance.now(), how: 'held' };
            polls.push(poll);
            const answer = honest.poll(request, signal);
            answer.then(
              () => (poll.how = 'answered'),
              () => (poll.how = 'cut'),
            );
            return answer;
          },
        }),
      },
    }),
  );
}

async function begin(): Promise<void> {
  const next = placement('next', { role: 'web' });
  const known = { service, region, outcomes: [], centreGeneration: 0 as const, absentAfterMs };
  const begun = await here.goals.activities.beginRegion({
    ...known,
    attempt: attempt(1),
    next,
    admission: admissionOf(next),
  });
  if (begun.outcome !== 'written') throw new Error(begun.reason);
}

async function untilAllPoll({ url }: GatewayProgram): Promise<void> {
  const operator = openHostConnection(url, null);
  await until(`${hosts} hosts to poll ${url}`, patienceMs, async () =>
    (await operator.get('/metrics')).body.includes(`\nslipway_gateway_open_polls ${hosts}\n`) ? true : undefined,
  );
  operator.close();
}

/** The most that came within so long of each other. */
const mostTogether = (timesMs: readonly number[]): number =>
  Math.max(...timesMs.map((from) => timesMs.filter((atMs) => atMs >= from && atMs < from + togetherMs).length));

test('the hosts of a gateway that is asked to end come to the other one by and by, not together', async () => {
  await begin();
  for (let n = 1; n <= hosts; n++) await startHost(`h${n}`);
  await untilAllPoll(gateways[0]);
  const endedAtMs = performance.now();
  const held = polls.filter(({ how }) => how === 'held');
  expect(await gateways[0].program.end('SIGTERM')).toBe(0);
  await untilAllPoll(gateways[1]);
  expect(held.map(({ how }) => how)).toEqual(Array(hosts).fill('cut'));
  const after = polls.filter(({ atMs }) => atMs > endedAtMs).toReversed();
  const again = new Map(after.map(({ host, atMs }) => [host, atMs]));
  expect(again.size).toBe(hosts);
  expect(mostTogether([...again.values()])).toBeLessThan(hosts / 2);
});
