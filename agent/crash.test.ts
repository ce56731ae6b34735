import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { identify } from './process-identity.ts';
import { openTestHost, until, type TestHost } from './testing/test-agent.ts';
import { checkout, startTestRegion, type TestRegion } from './testing/test-region.ts';
import type { TestRelease } from './testing/test-release.ts';

let region: TestRegion;
let host: TestHost;
let first: TestRelease;
let next: TestRelease;

beforeEach(async () => {
  region = await startTestRegion();
  host = await openTestHost(region);
  first = region.publish({ number: 1 });
  next = region.publish({ number: 2, files: { 'more/large.bin': Buffer.alloc(largeBytes, 7), 'run.sh': 'exit 0\n' } });
  region.setGoal({ deployment: 1, generation: 10, base: first });
});
afterEach(async () => {
  await host.destroy();
  await region.gateway.goDown();
});

const untilRuns = (release: TestRelease, generation: number) =>
  region.gateway.untilReport(
    ({ services: [service] }) =>
      service?.running === release.digest &&
      service.generation === generation &&
      service.health === 'healthy' &&
      service.state !== 'switching',
    `that ${release.number} runs by goal ${generation}`,
  );

const advance = (generation = 20) => region.setGoal({ deployment: 2, generation, base: first, next });

/** What is served after the agent was killed; a new instance may still be coming up. */
async function expectOneWhole(): Promise<void> {
  await until(
    async () => (await host.ask('release')) !== null,
    () => 'nothing serves',
  );
  expect(['checkout@1', 'checkout@2']).toContain(await host.ask('release'));
}

/** The steps of docs/host-agent.md, each as the agent's last; those after which the large chunk is finished. */
const before = ['journal:goalSeen', 'journal:fetchStarted', 'rename:assets/number.txt'];
const finished = [
  'rename:more/large.bin',
  'rename:ok',
  'rename:releases/RELEASE',
  'journal:fetched',
  'journal:switchIntended',
  'rename:current',
  'journal:switched',
  'journal:instanceStarted',
  'journal:confirmed',
];
const largeBytes = 300_000;

describe('promise 3: after any crash a host runs exactly the new or the previous release', () => {
  it.each([...before, ...finished])('killed after %s', async (step) => {
    host.start();
    await untilRuns(first, 10);
    await host.kill();
    const pid = await host.ask('pid');
    advance();
    host.start({ killAt: step.replace('RELEASE', next.digest.slice('sha256:'.length)) });
    await host.ended();
    expect(host.agent().signalCode).toBe('SIGKILL');
    await expectOneWhole();
    host.start();
    await untilRuns(next, 20);
    await host.untilAnswers('release', 'checkout@2');
    // Each was started once: the first kept its process until the second took over.
    expect(host.starts()).toHaveLength(2);
    expect(host.starts()[0]).toBe(`checkout@1 ${pid}`);
    // What the killed agent had finished is not asked for again; what was on its way may be.
    const sent = region.gateway.sentBytes.get(chunkOf('more/large.bin'));
    expect(sent).toBeLessThanOrEqual(finished.includes(step) ? largeBytes : 2 * largeBytes);
  });

  it.each([
    'journal:switchIntended#2',
    'rename:current#2',
    'journal:switched#2',
    'journal:instanceStarted#2',
    'journal:confirmed',
  ])('killed in a revert after %s: the revert is completed, and the release not tried again', async (step) => {
    next = region.publish({ number: 2, ends: 3 });
    host.start();
    await untilRuns(first, 10);
    await host.kill();
    advance();
    host.start({ killAt: step });
    await host.ended();
    await region.gateway.goDown();
    host.start();
    await host.untilAnswers('release', 'checkout@1');
    await region.gateway.comeUp();
    const { services } = await region.gateway.untilReport(
      ({ services: [service] }) => service?.state === 'reverted' && service.health === 'healthy',
      'that it reverted',
    );
    expect(services[0]).toMatchObject({ running: first.digest, refused: [{ digest: next.digest }] });
    expect(host.starts().map((start) => start.split(' ')[0])).toEqual(['checkout@1', 'checkout@2', 'checkout@1']);
  });

  it('drops an intended switch when the goal asks for something else now', async () => {
    host.start();
    await untilRuns(first, 10);
    await host.kill();
    advance();
    host.start({ killAt: 'journal:switchIntended' });
    await host.ended();
    region.setGoal({ deployment: 2, generation: 21, base: first, next, mode: 'undo' });
    host.start();
    await untilRuns(first, 21);
    expect(await host.ask('release')).toBe('checkout@1');
  });
});

describe('the instance', () => {
  it('keeps its pid through kill -9 and the end of the agent', async () => {
    host.start();
    await untilRuns(first, 10);
    const pid = await host.ask('pid');
    for (const signal of ['SIGKILL', 'SIGTERM', 'SIGKILL'] as const) {
      await host.kill(signal);
      expect(await host.ask('pid')).toBe(pid);
      const before = region.gateway.reports.length;
      host.start();
      await until(
        () => region.gateway.reports.length > before,
        () => 'no report',
      );
      await untilRuns(first, 10);
    }
    expect(await host.ask('pid')).toBe(pid);
    expect(host.starts()).toHaveLength(1);
  });

  it.each(['with its agent alive', 'with its agent killed too'])(
    'outlives its keeper, %s, and is never started twice',
    async (agent) => {
      host.start();
      await untilRuns(first, 10);
      const pid = await host.ask('pid');
      if (agent.includes('killed')) await host.kill();
      const old = keeperPid();
      process.kill(old, 'SIGKILL');
      await until(
        () => identify(old) === null,
        () => 'the keeper lives',
      );
      if (agent.includes('killed')) host.start();
      await until(
        () => keeperPid() !== old && identify(keeperPid()) !== null,
        () => 'no new keeper',
      );
      await untilRuns(first, 10);
      expect(await host.ask('pid')).toBe(pid);
      advance();
      await untilRuns(next, 20);
      expect(host.starts()).toHaveLength(2);
      expect(identify(Number(pid))).toBeNull();
    },
  );

  it('is started again when it is gone together with agent and keeper', async () => {
    host.start();
    await untilRuns(first, 10);
    await host.kill();
    process.kill(keeperPid(), 'SIGKILL');
    const pid = Number(await host.ask('pid'));
    process.kill(pid, 'SIGKILL');
    await until(
      () => identify(pid) === null,
      () => 'the instance lives',
    );
    host.start();
    await until(
      () => host.starts().length === 2,
      () => 'it was not started again',
    );
    await untilRuns(first, 10);
    expect(await host.ask('pid')).not.toBe(String(pid));
  });
});

const chunkOf = (file: string) => {
  const listing = next.parts.listing
    .toString('utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  return listing.find((entry: { path: string }) => entry.path === file).digest;
};

function keeperPid(): number {
  const file = path.join(host.directory.service(checkout).keeper, 'keeper.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { keeper: { pid: number } }).keeper.pid;
}
