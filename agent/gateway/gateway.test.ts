import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { reportEveryMs as intervalOfReports } from '../../domain/goal/report-interval.ts';
import { openTestHost, until, type TestHost } from '../testing/test-agent.ts';
import { startTestRegion, testHost, type TestRegion } from '../testing/test-region.ts';
import type { TestRelease } from '../testing/test-release.ts';
import { certifiedAccess } from '../testing/certified-access.ts';
import { backoffMs } from './backoff.ts';
import { connectGateway } from './gateway-client.ts';

describe('the wait after failures', () => {
  const input = { failures: 1, reportEveryMs: 1_000, retryAfterMs: 0, random: 0.5 };

  it('is anywhere in a window that grows with failures and with the interval of reports, up to forty seconds', () => {
    const window = (failures: number, reportEveryMs: number) =>
      backoffMs({ ...input, failures, reportEveryMs, random: 1 });
    expect([1, 2, 3, 4, 50].map((failures) => window(failures, 0))).toEqual([1_000, 2_000, 4_000, 4_000, 4_000]);
    expect([1, 2, 3, 4].map((failures) => window(failures, 60_000))).toEqual([20_000, 40_000, 40_000, 40_000]);
    expect([1, 2, 3].map((failures) => window(failures, 5_000))).toEqual([5_000, 10_000, 10_000]);
    const withNews = { ...input, reportEveryMs: 60_000, newsWithinMs: 5_000, random: 1 };
    expect([1, 2, 3, 4].map((failures) => backoffMs({ ...withNews, failures }))).toEqual([
      5_000, 10_000, 20_000, 20_000,
    ]);
  });

  it('is as likely to be any part of that window as any other', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 99 }),
        fc.integer({ min: 1_000, max: 600_000 }),
        fc.nat(60_000),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (failures, reportEveryMs, retryAfterMs, random) => {
          const waited = (drawn: number) => backoffMs({ failures, reportEveryMs, retryAfterMs, random: drawn });
          const windowMs = waited(1) - retryAfterMs;
          expect(windowMs).toBeGreaterThanOrEqual(1_000);
          expect(windowMs).toBeLessThanOrEqual(40_000);
          expect(Math.abs(waited(random) - retryAfterMs - windowMs * random)).toBeLessThanOrEqual(1);
        },
      ),
    );
  });

  it('is over before a host is called absent whose region is heard again', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 99 }),
        fc.integer({ min: 3_000, max: 3_600_000 }),
        (failures, absentAfterMs) => {
          const reportEveryMs = intervalOfReports([{ absentAfterMs }]);
          expect(backoffMs({ ...input, failures, reportEveryMs, random: 1 })).toBeLessThanOrEqual(
            (absentAfterMs * 2) / 3,
          );
        },
      ),
    );
  });

  it('is never shorter than what the gateway asked for', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 99 }),
        fc.nat(60_000),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (failures, retryAfterMs, random) => {
          expect(backoffMs({ ...input, failures, retryAfterMs, random })).toBeGreaterThanOrEqual(retryAfterMs);
        },
      ),
    );
  });
});

describe('an agent and its gateway', () => {
  let region: TestRegion;
  let host: TestHost;
  let first: TestRelease;
  let second: TestRelease;

  beforeEach(async () => {
    region = await startTestRegion();
    host = await openTestHost(region);
    first = region.publish({ number: 1 });
    second = region.publish({ number: 2 });
    region.setGoal({ deployment: 1, generation: 10, base: first });
    host.start();
    await region.untilRuns(first, 10);
  });
  afterEach(async () => {
    await host.destroy();
    await region.gateway.goDown();
  });

  it.each([401, 429, 500, 503])(
    'answering %d to everything changes nothing on the host, and is asked again',
    async (status) => {
      let refused = 0;
      region.gateway.interfere = (_request, response) => {
        refused += 1;
        response.writeHead(status, status === 401 ? {} : { 'retry-after': '1' }).end();
        return true;
      };
      region.setGoal({ deployment: 2, generation: 20, base: first, next: second });
      await until(
        () => refused >= 4,
        () => 'it was not asked again',
      );
      expect(await host.ask('release')).toBe('checkout@1');
      expect(host.starts()).toHaveLength(1);
      region.gateway.interfere = null;
      await region.untilRuns(second, 20);
      expect(await host.ask('release')).toBe('checkout@2');
    },
  );

  it('that takes no reports during a switch does not make the host go back', async () => {
    let refused = 0;
    region.gateway.interfere = (request, response) => {
      if (request.url !== '/v1/reports') return false;
      refused += 1;
      response.writeHead(500).end();
      return true;
    };
    region.setGoal({ deployment: 2, generation: 20, base: first, next: second });
    await host.untilAnswers('release', 'checkout@2');
    await until(
      () => refused >= 2,
      () => 'no report was tried',
    );
    region.gateway.interfere = null;
    const { services } = await region.untilRuns(second, 20);
    expect(services[0]).toMatchObject({ refused: [], state: expect.stringMatching(/healthy|switching/) });
  });

  it('counts reports up, over restarts of the agent too', async () => {
    await host.kill();
    const before = region.gateway.reports.length;
    host.start();
    await until(
      () => region.gateway.reports.length > before + 2,
      () => 'no reports',
    );
    const sequences = region.gateway.reports.map(({ sequence }) => sequence);
    expect(sequences).toEqual([...new Set(sequences)].sort((a, b) => a - b));
  });

  it('says with its polls that nothing has changed, and apart from them what has', async () => {
    region.gateway.reportEveryMs = 10_000;
    region.gateway.wake();
    await until(
      () => region.gateway.saidByPoll > 0,
      () => 'no poll with a report',
    );
    region.gateway.wake();
    await until(
      () => region.gateway.saidByPoll > 1,
      () => 'one poll only with a report',
    );
    const { services, sequence } = region.gateway.reports.at(-1)!;
    expect(services).toMatchObject([{ running: first.digest, health: 'healthy' }]);
    const said = region.gateway.saidByPoll;
    const apart = region.gateway.reports.length - said;
    // What is over within half a second is said by the next poll alone.
    const slow = region.publish({ number: 2, config: { healthyAfter: 20, intervalMs: 100 } });
    region.setGoal({ deployment: 2, generation: 20, base: first, next: slow });
    await region.untilRuns(slow, 20);
    expect(region.gateway.reports.length - region.gateway.saidByPoll).toBeGreaterThan(apart);
    expect(region.gateway.reports.at(-1)!.sequence).toBeGreaterThan(sequence);
  });

  it('says with its next poll that it took up a goal that gives it nothing to do, and by itself if that is turned away', async () => {
    region.gateway.reportEveryMs = 10_000;
    region.gateway.wake();
    await until(
      () => region.gateway.saidByPoll > 1,
      () => 'no polls with reports',
    );
    await until(
      () => region.gateway.heldPolls > 0,
      () => 'no poll that waits',
    );
    const apart = region.gateway.reports.length - region.gateway.saidByPoll;
    let refused = 0;
    region.gateway.interfere = (request, response) => {
      // The goal comes with the poll that waits already.
      if (request.url !== '/v1/poll' || refused > 0) return false;
      refused += 1;
      response.writeHead(503, { 'retry-after': '1' }).end();
      return true;
    };
    region.setGoal({ deployment: 2, generation: 20, base: first, next: second, allowed: false });
    await region.gateway.untilReport(({ services: [service] }) => service?.generation === 20, 'of the goal');
    expect(refused).toBe(1);
    expect(region.gateway.reports.length - region.gateway.saidByPoll).toBe(apart + 1);
  });

  it('hears that a release is undone which does not become healthy', async () => {
    region.gateway.reportEveryMs = 10_000;
    region.gateway.wake();
    const third = region.publish({ number: 3, health: 503, config: { startPeriodMs: 600_000 } });
    region.setGoal({ deployment: 2, generation: 20, base: first, next: third });
    await host.untilAnswers('release', 'checkout@3');
    region.setGoal({ deployment: 2, generation: 21, base: first, next: third, mode: 'undo' });
    await region.untilRuns(first, 21);
    expect(await host.ask('release')).toBe('checkout@1');
  });

  it('reports as often as it is asked while a release is coming and it waits for its batch', async () => {
    region.setGoal({ deployment: 2, generation: 20, base: first, next: second, allowed: false });
    const before = region.gateway.reports.length;
    await until(
      () => region.gateway.reports.length >= before + 3,
      () => 'no reports',
    );
    expect(region.gateway.reports.at(-1)!.services[0]).toMatchObject({
      state: 'pending',
      health: 'healthy',
      running: first.digest,
    });
  });

  it('obeys the newest of many goals, and none in between for longer', async () => {
    for (let generation = 20; generation < 70; generation++) {
      region.setGoal({
        deployment: 2,
        generation,
        base: first,
        next: second,
        mode: generation % 2 === 0 ? 'advance' : 'undo',
      });
    }
    await region.untilRuns(first, 69);
    expect(await host.ask('release')).toBe('checkout@1');
    region.setGoal({ deployment: 3, generation: 80, base: first, next: second });
    await region.untilRuns(second, 80);
  });
});

describe('a client of the gateway', () => {
  it('gives up an answer that does not come, stalls, or never ends', async () => {
    const region = await startTestRegion();
    const release = region.publish({ number: 1 });
    const client = connectGateway(new URL(region.gateway.url), await certifiedAccess(region.authority, testHost));
    const { signal } = new AbortController();
    const [chunk] = [...release.chunks.keys()];
    region.gateway.interfere = (request, response) => {
      if (request.url?.endsWith('listing')) response.end(Buffer.alloc(100_000));
      else response.write('{');
      return true;
    };
    await expect(client.part(release.digest, 'listing', 1_000, signal)).rejects.toThrow('larger than 1000 bytes');
    await expect(client.manifest(release.digest, AbortSignal.timeout(300))).rejects.toThrow('aborted due to timeout');
    const answer = await client.chunk(
      release.digest,
      { digest: chunk!, sizeBytes: 10, start: 0 },
      AbortSignal.timeout(3_000),
    );
    await expect(
      (async () => {
        for await (const _piece of answer.pieces);
      })(),
    ).rejects.toThrow('aborted due to timeout');
    client.close();
    await region.gateway.goDown();
  });
});
