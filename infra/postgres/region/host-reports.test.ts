import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { absentAfterMs, createGoalRegion, releaseOf, service } from '../../../test/goal-region.ts';
import type { GoalRegion } from '../../../test/goal-region.ts';

let here: GoalRegion;
beforeAll(async () => {
  here = await createGoalRegion();
});
afterAll(() => here.close());
beforeEach(() => here.database.em.fork().execute('truncate goal, host, host_service, snapshot, batch'));

interface Other {
  readonly service?: string;
  readonly health?: string;
  readonly ageMs?: number;
  readonly maintenance?: 'by the region' | 'by the host';
}

/** What a batch that began 10 s ago counts, with one host that says this of a service. */
async function counted({ service: of = 'search', health = 'healthy', ageMs = 0, maintenance }: Other) {
  const em = here.database.em.fork();
  await here.enroll('a');
  await em.execute('update host set maintenance = ?', [maintenance === 'by the region']);
  await em.execute(
    `insert into host_service (host, service, generation, running, health, state, refused, pinned, maintenance, sequence,
       reported_at, changed_at)
     values ('a', ?, 1, ?, ?, 'healthy', '[]', false, ?, 1, clock_timestamp() - make_interval(secs => ?), now())`,
    [of, releaseOf('one'), health, maintenance === 'by the host', ageMs / 1000],
  );
  return here.parts.reports.countOtherServices({ service, elapsedMs: 10_000, absentAfterMs });
}

const [well, bad, neither] = [
  { healthy: 1, unhealthy: 0, heard: 1 },
  { healthy: 0, unhealthy: 1, heard: 0 },
  { healthy: 0, unhealthy: 0, heard: 0 },
];

test.each<[string, Other, object]>([
  ['healthy', {}, well],
  ['healthy, of a host that was to report again by now', { ageMs: absentAfterMs * 0.7 }, { ...well, heard: 0 }],
  ['unhealthy', { health: 'unhealthy' }, bad],
  ['of unknown health', { health: 'unknown' }, neither],
  ['of a host that went silent since the batch began', { ageMs: absentAfterMs + 5_000 }, bad],
  ['of a host that was silent before', { ageMs: absentAfterMs + 20_000 }, neither],
  ['of the service itself', { service, health: 'unhealthy' }, neither],
  ['of a host in maintenance, which restarts', { ageMs: absentAfterMs + 5_000, maintenance: 'by the region' }, neither],
  ['that its host stops for maintenance', { health: 'unhealthy', maintenance: 'by the host' }, neither],
])('an instance %s', async (_what, other, expected) => {
  expect(await counted(other)).toEqual(expected);
});
