import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openTestHost, type TestHost } from './testing/test-agent.ts';
import type { OfferedGoal, OfferedIndex } from '../protocol/gateway.ts';
import type { GoalIndex } from '../protocol/goal-index.ts';
import { indexOver } from './testing/test-index.ts';
import { checkout, startTestRegion, testRegion, traceparent, type TestRegion } from './testing/test-region.ts';
import type { TestRelease } from './testing/test-release.ts';
import { newKey } from './testing/trust.ts';

let region: TestRegion;
let host: TestHost;
let first: TestRelease;
let second: TestRelease;

beforeEach(async () => {
  region = await startTestRegion();
  host = await openTestHost(region);
  first = region.publish({ number: 1 });
  second = region.publish({ number: 2 });
});
afterEach(async () => {
  await host.destroy();
  await region.gateway.goDown();
});

const untilReason = (part: string) =>
  region.gateway.untilReport(({ services: [service] }) => service?.reason?.includes(part) ?? false, `with "${part}"`);

async function runFirst(): Promise<void> {
  region.setGoal({ deployment: 1, generation: 10, base: first });
  host.start();
  await region.untilRuns(first, 10);
}

const indexed = (goals: readonly OfferedGoal[], change: Partial<GoalIndex> = {}): OfferedIndex =>
  indexOver(goals, region.trust.director, testRegion, 1_000_000, change);

describe('a host takes up goals', () => {
  it('installs, starts and reports the release that a goal asks for, with the trace of the step', async () => {
    await runFirst();
    region.setGoal({ deployment: 2, generation: 20, base: first, next: second });
    const { services } = await region.untilRuns(second, 20);
    expect(await host.ask('release')).toBe('checkout@2');
    expect(services[0]).toMatchObject({ attempt: { deployment: 2, local: 0 }, refused: [], reason: null });
    const { trace, instance } = services[0]!;
    expect(trace?.traceparent).toBe(traceparent);
    expect(Date.parse(trace!.switchedAt)).toBeGreaterThanOrEqual(Date.parse(trace!.switchStartedAt));
    expect(await host.ask('pid')).toBe(String(instance?.pid));
  });

  it('waits for its batch, with the next release on disk already', async () => {
    await runFirst();
    region.setGoal({ deployment: 2, generation: 20, base: first, next: second, allowed: false });
    await untilJournal('fetched', second);
    expect(await host.ask('release')).toBe('checkout@1');
    await region.gateway.goDown();
    await region.gateway.comeUp();
    region.gateway.releases.clear();
    region.setGoal({ deployment: 2, generation: 21, base: first, next: second });
    await region.untilRuns(second, 21);
    expect(await host.ask('release')).toBe('checkout@2');
  });

  it('keeps base and next on disk, and moves previous to the old base at the finish', async () => {
    await runFirst();
    region.setGoal({ deployment: 2, generation: 20, base: first, next: second });
    await region.untilRuns(second, 20);
    region.setGoal({ deployment: 2, generation: 21, base: second, step: 'finish' });
    await untilJournal('previousMoved', first);
    await region.untilRuns(second, 21);
    expect(await host.ask('release')).toBe('checkout@2');
  });

  it('goes back to base by an undo', async () => {
    await runFirst();
    region.setGoal({ deployment: 2, generation: 20, base: first, next: second });
    await region.untilRuns(second, 20);
    region.setGoal({ deployment: 2, generation: 21, base: first, next: second, mode: 'undo' });
    await region.untilRuns(first, 21);
    expect(await host.ask('release')).toBe('checkout@1');
  });

  it('stops a first release by an undo, as there is nothing to go back to', async () => {
    region.setGoal({ deployment: 1, generation: 10, base: null, next: first });
    host.start();
    await region.untilRuns(first, 10);
    region.setGoal({ deployment: 1, generation: 11, base: null, next: first, mode: 'undo' });
    await region.gateway.untilReport(
      ({ services: [service] }) =>
        service?.generation === 11 && service.running === null && service.health === 'stopped',
      'that it stopped',
    );
    expect(await host.ask('release')).toBeNull();
  });

  it('is for a release only where the labels that the region gave the host match', async () => {
    region.gateway.labels = { role: 'db' };
    await runFirst();
    region.setGoal({ deployment: 2, generation: 20, base: first, next: second, selector: { role: 'web' } });
    await region.gateway.untilReport(
      ({ services: [service] }) => service?.generation === 20 && service.running === null,
      'that it stopped',
    );
    region.gateway.labels = { role: 'web' };
    region.gateway.wake();
    await host.kill();
    host.start();
    await region.untilRuns(second, 20);
    expect(await host.ask('release')).toBe('checkout@2');
  });
});

describe('a host refuses goals', () => {
  it('ignores an older goal that is replayed, also after a restart', async () => {
    const old = region.setGoal({ deployment: 1, generation: 10, base: first });
    host.start();
    await region.untilRuns(first, 10);
    region.setGoal({ deployment: 2, generation: 20, base: first, next: second });
    await region.untilRuns(second, 20);
    region.gateway.goals.set(checkout, old);
    region.gateway.wake();
    await untilReason('older than one that was taken up');
    await host.kill();
    host.start();
    await untilReason('older than one that was taken up');
    await region.untilRuns(second, 20);
    expect(host.starts()).toHaveLength(2);
  });

  it('ignores another content under a generation that it knows', async () => {
    await runFirst();
    region.setGoal({ deployment: 1, generation: 10, base: first, next: second });
    await untilReason('has the generation of another one');
    await region.untilRuns(first, 10);
    expect(host.starts()).toHaveLength(1);
  });

  it.each([
    [
      'is of another region',
      () => region.offer({ deployment: 2, generation: 20, base: first, next: second, region: 'us-east' }),
      'is for region us-east',
    ],
    [
      'is signed by another key',
      () => region.offer({ deployment: 2, generation: 20, base: first, next: second }, newKey()),
      'not signed by the director',
    ],
    [
      'is offered under another digest',
      () => ({ ...region.offer({ deployment: 2, generation: 20, base: first, next: second }), etag: first.digest }),
      'under the digest of another',
    ],
  ])('ignores a goal that %s', async (_what, offer, reason) => {
    await runFirst();
    region.gateway.goals.set(checkout, offer());
    region.gateway.wake();
    await untilReason(reason);
    await region.untilRuns(first, 10);
    expect(await host.ask('release')).toBe('checkout@1');
  });

  it('promise 1: only an admitted, verified release ever runs', async () => {
    await runFirst();
    region.setGoal({ deployment: 2, generation: 20, base: first, next: second, admitted: [first] });
    await untilReason(`no admission covers ${second.digest}`);
    const forged = region.offer({ deployment: 2, generation: 30, base: first, next: second });
    const admissions = forged.admissions.map((_each, index) =>
      region.admission(index === 0 ? first : second, newKey()),
    );
    region.gateway.goals.set(checkout, { ...forged, admissions });
    region.gateway.wake();
    await region.gateway.untilReport(({ services: [service] }) => service?.generation === 30, 'of goal 30');
    await untilReason(`no admission covers ${second.digest}`);
    const stranger = region.publish({ number: 3 });
    region.gateway.releases.set(stranger.digest, {
      ...stranger,
      envelope: { ...stranger.envelope, signatures: second.envelope.signatures },
    });
    region.setGoal({ deployment: 3, generation: 40, base: first, next: stranger });
    await untilReason('manifest is not signed');
    expect(host.starts().map((start) => start.split(' ')[0])).toEqual(['checkout@1']);
    await region.untilRuns(first, 40);
  });

  it.each<[string, () => TestRegion['gateway']['offerIndex']]>([
    ['no goal index', () => null],
    [
      'one that has expired',
      () => (goals) => indexed(goals, { expiresAt: new Date(Date.now() - 1_000).toISOString() }),
    ],
    ['one that leaves out its goal', () => () => indexed([])],
  ])('installs nothing by a gateway that offers %s, and goes back all the same', async (_what, offering) => {
    await runFirst();
    region.setGoal({ deployment: 2, generation: 20, base: first, next: second });
    await region.untilRuns(second, 20);
    region.gateway.offerIndex = offering();
    const third = region.publish({ number: 3 });
    region.setGoal({ deployment: 2, generation: 21, base: first, mode: 'undo' });
    await region.untilRuns(first, 21);
    region.setGoal({ deployment: 3, generation: 30, base: first, next: third });
    const { services } = await region.gateway.untilReport(
      ({ services: [service] }) => service?.generation === 30 && service.reason !== null,
      'that it has the goal and does not obey it',
    );
    expect(services[0]).toMatchObject({ running: first.digest, health: 'healthy' });
    expect(services[0]?.reason).toContain('no fresh goal index proves the goal: nothing is installed');
    region.gateway.offerIndex = (goals) => indexed(goals);
    region.gateway.wake();
    await region.untilRuns(third, 30);
  });

  it('installs nothing by an expired goal, and stops nothing', async () => {
    await runFirst();
    region.setGoal({
      deployment: 2,
      generation: 20,
      base: first,
      next: second,
      expiresAt: new Date(Date.now() - 1).toISOString(),
    });
    await untilReason('expired');
    await region.untilRuns(first, 20);
    expect(host.starts()).toHaveLength(1);
    region.setGoal({ deployment: 2, generation: 21, base: first, next: second });
    await region.untilRuns(second, 21);
  });
});

function untilJournal(type: string, release: TestRelease): Promise<unknown> {
  return region.gateway.untilReport(
    () => host.journal().some((event) => event.type === type && 'release' in event && event.release === release.digest),
    `after ${type}`,
  );
}
