import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { releaseNumber, type HostId } from '../../../domain/names.ts';
import { leftHostsPartSchema } from '../../../protocol/left-hosts.ts';
import {
  absentAfterMs,
  admissionOf,
  attempt,
  createGoalRegion,
  placement,
  region,
  releaseOf,
  service,
} from '../../../test/goal-region.ts';
import type { GoalRegion } from '../../../test/goal-region.ts';
import { createLeftHostsOutbox } from './left-hosts.ts';
import { createReplicaIndex } from './replica-index.ts';

let here: GoalRegion;
beforeAll(async () => {
  here = await createGoalRegion();
});
afterAll(() => here.close());

const step = { service, region, outcomes: [], centreGeneration: 0 as const };
const begin = (deployment: number, name: string) => {
  const next = placement(name);
  return here.activities.beginRegion({
    ...step,
    attempt: attempt(deployment),
    next,
    admission: admissionOf(next),
    absentAfterMs,
  });
};

test('a region tells by name each host that an undo has left, however many, until a later deployment begins', async () => {
  const outbox = createLeftHostsOutbox(here.database, region);
  const release = { service, release: releaseOf('next'), number: releaseNumber(412) };
  await createReplicaIndex(here.database).openReplica(release);
  const names = Array.from({ length: 1_201 }, (_, index) => `h${String(index).padStart(4, '0')}`);
  const hosts = (await here.enroll(...names)) as HostId[];
  await begin(1, 'next');
  const nobody = await outbox.read();
  expect(nobody?.parts).toMatchObject([{ hosts: [], last: true }]);
  outbox.markAccepted(nobody!);
  expect(await outbox.read()).toBeNull();

  await here.activities.undoRegion({ ...step, attempt: attempt(1), controlRevision: 1 });
  // One statement for all: what matters here is what is read.
  await here.database.em.fork().execute(
    `insert into host_service (host, service, generation, running, health, state, refused, pinned, maintenance, sequence,
       reported_at, changed_at)
     select id, ?, 1, ?, 'healthy', 'healthy', '[]', id <> 'h0000', false, 1, now(), now() from host`,
    [service, releaseOf('next')],
  );
  const due = (await outbox.read())!;
  expect(due.parts.map(({ hosts: named, last }) => [named.length, last])).toEqual([
    [1_000, false],
    [200, true],
  ]);
  for (const part of due.parts) expect(leftHostsPartSchema.parse(part)).toEqual(part);
  // The first is on its way back.
  expect(due.parts.flatMap((part) => part.hosts.map(({ host }) => host))).toEqual(hosts.slice(1));
  const runs = { digest: releaseOf('next'), release: 412 };
  expect(due.parts[0]?.hosts[0]).toEqual({ service, deployment: 1, host: 'h0001', runs, why: 'pinned' });

  outbox.markAccepted(due);
  await here.database.em
    .fork()
    .execute(`update host_service set reported_at = now() - interval '1 day' where host = 'h0000'`);
  expect((await outbox.read())?.parts[0]?.hosts[0]).toMatchObject({ host: 'h0000', why: 'silent' });
  await begin(2, 'other');
  expect((await outbox.read())?.parts).toMatchObject([{ hosts: [], last: true }]);
});
