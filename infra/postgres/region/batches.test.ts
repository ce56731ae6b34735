/** A batch as the region's database fixes it, over random fleets that change in between, against the pure functions. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fixBatch } from '../../../domain/goal/batch.ts';
import type { BatchDecision } from '../../../domain/goal/batch.ts';
import { inBatch } from '../../../domain/goal/batch-order.ts';
import type { GoalRow, Selector } from '../../../domain/goal/goal.ts';
import type { HostStatus } from '../../../domain/goal/host-status.ts';
import { matches } from '../../../domain/goal/selection.ts';
import { deploymentNumber, hostId } from '../../../domain/names.ts';
import type { DeploymentNumber, HostId, Position } from '../../../domain/names.ts';
import type { Share } from '../../../domain/spec/service-spec.ts';
import { positionOf } from '../../../protocol/position.ts';
import { absentAfterMs, admissionOf, createGoalRegion, placement, region, service } from '../../../test/goal-region.ts';
import type { GoalRegion } from '../../../test/goal-region.ts';

let here: GoalRegion;
beforeAll(async () => {
  here = await createGoalRegion();
});
afterAll(() => here.close());

interface Machine {
  readonly known: boolean;
  readonly labels: Selector;
  readonly maintenance: boolean;
  /** `null`: never reported. */
  readonly ageMs: number | null;
  /** What it last said of the service; `null`: nothing. */
  readonly said: { readonly pinned: boolean; readonly maintenance: boolean } | null;
}

const label = fc.constantFrom('web', 'db');
const labels: fc.Arbitrary<Selector> = fc
  .record({ role: label, zone: fc.constantFrom('a', 'b'), canary: fc.constantFrom('true', 'false', '') })
  .chain((all) => fc.subarray(Object.entries(all)).map((some) => Object.fromEntries(some)));
const machine: fc.Arbitrary<Machine> = fc.record({
  known: fc.constantFrom(true, true, true, false),
  labels,
  maintenance: fc.constantFrom(false, false, true),
  ageMs: fc.constantFrom(0, 0, 0, 30_000, 600_000, null),
  said: fc.option(
    fc.record({ pinned: fc.constantFrom(false, false, true), maintenance: fc.constantFrom(false, true) }),
  ),
});
const share: fc.Arbitrary<Share> = fc.oneof(
  fc.record({ hosts: fc.integer({ min: 1, max: 6 }) }),
  fc.record({ percent: fc.integer({ min: 1, max: 100 }) }),
);
const selectors = fc.constantFrom<Selector>({}, { role: 'web' }, { role: 'web', zone: 'a' }, { zone: 'b' });
/** The same ten machines, as they are when each batch begins. */
const courses = fc.record({
  base: fc.option(selectors),
  next: selectors,
  begins: fc.array(machine, { minLength: 1, maxLength: 10 }),
  batches: fc.array(fc.record({ share, changes: fc.array(fc.tuple(fc.nat({ max: 9 }), machine), { maxLength: 6 }) }), {
    minLength: 1,
    maxLength: 4,
  }),
});
type Course = typeof courses extends fc.Arbitrary<infer T> ? T : never;

const nameOf = (index: number): HostId => hostId(`h${index}`);
const of = { service, region };
let deployment = 0;

async function put(machines: readonly Machine[]): Promise<void> {
  const rows = machines.map((one, index) => ({ id: nameOf(index), ...one })).filter(({ known }) => known);
  await here.database.em
    .fork()
    .execute(`with gone as (delete from host), silent as (delete from host_service) select 1`);
  await here.database.em.fork().execute(
    `with found as (
       select * from jsonb_to_recordset(?::jsonb) as one(id text, labels jsonb, maintenance boolean, "ageMs" float8, said jsonb)
     ), hosts as (
       insert into host (id, labels, maintenance, reported_at)
       select id, labels, maintenance, clock_timestamp() - make_interval(secs => "ageMs" / 1000) from found
     )
     insert into host_service (host, service, generation, running, health, state, refused, pinned, maintenance, sequence,
       reported_at, changed_at)
     select id, ?, 0, null, 'healthy', 'healthy', '[]', (said->>'pinned')::boolean, (said->>'maintenance')::boolean, 1,
       clock_timestamp() - make_interval(secs => "ageMs" / 1000), now()
     from found where jsonb_typeof(said) = 'object' and "ageMs" is not null`,
    [JSON.stringify(rows), service],
  );
}

/** What the pure functions make of the machines, with nothing of the database but the row before. */
function expected(machines: readonly Machine[], row: GoalRow, of: { share: Share; number: DeploymentNumber }) {
  const statuses = machines.flatMap((one, index): HostStatus[] => {
    if (!one.known) return [];
    const selected = { base: selects(row.base, one), next: selects(row.next, one) };
    const said = one.ageMs === null ? null : one.said;
    return [
      {
        host: nameOf(index),
        position: positionOf(service, of.number, nameOf(index)),
        generation: 0,
        attempt: null,
        running: null,
        health: 'healthy',
        state: 'healthy',
        refused: [],
        reason: null,
        pinned: said?.pinned ?? false,
        maintenance: one.maintenance || (said?.maintenance ?? false),
        reportAgeMs: one.ageMs,
        selected,
        snapshotted: false,
      },
    ];
  });
  const { cut, canaries, laterCanaries = [] } = row;
  return fixBatch(statuses, { share: of.share, absentAfterMs, cut, canaries, laterCanaries });
}

const selects = (placed: GoalRow['next'], { labels: carried }: Machine): boolean =>
  placed !== null && matches(placed.selector, carried);

async function stored(): Promise<GoalRow> {
  const goal = await here.parts.store.readGoal(service);
  if (goal === null) throw new Error('no goal');
  return goal.row;
}

async function begin(number: DeploymentNumber, name: string, selector: Selector): Promise<void> {
  const next = placement(name, selector);
  const attempt = { deployment: number, local: 0 };
  const step = { ...of, outcomes: [], centreGeneration: 0 as const, attempt, next, absentAfterMs };
  const begun = await here.activities.beginRegion({ ...step, admission: admissionOf(next) });
  expect(begun.outcome).toBe('written');
}

/** A deployment over a base, or the first of its service. */
async function startOver({ base, next, begins }: Course): Promise<DeploymentNumber> {
  await here.database.em.fork().execute('truncate goal, host, host_service, snapshot, batch');
  if (base !== null) {
    const before = deploymentNumber(++deployment);
    await begin(before, 'base', base);
    const attempt = { deployment: before, local: 0 };
    await here.activities.finishRegion({ ...of, attempt, generation: (await stored()).generation });
  }
  await put(begins);
  const number = deploymentNumber(++deployment);
  await begin(number, 'next', next);
  await snapshotIsWhoIsSelected(number, begins);
  return number;
}

async function snapshotIsWhoIsSelected(number: DeploymentNumber, machines: readonly Machine[]): Promise<void> {
  const row = await stored();
  const found: { host: HostId; position: Position }[] = await here.database.em
    .fork()
    .execute('select host, position from snapshot where deployment = ? order by host', [number]);
  const chosen = machines.map((one, index) => ({ ...one, host: nameOf(index) })).filter(({ known }) => known);
  const theirs = chosen.filter((one) => selects(row.base, one) || selects(row.next, one));
  expect(found).toEqual(theirs.map(({ host }) => ({ host, position: positionOf(service, number, host) })));
  const named = chosen.filter((one) => selects(row.next, one) && one.labels['canary'] === 'true');
  expect(row.canaries.toSorted()).toEqual(named.map(({ host }) => host));
}

async function runBatches({ begins, batches }: Course, number: DeploymentNumber): Promise<void> {
  const machines = [...begins];
  const attempt = { deployment: number, local: 0 };
  for (const [index, { share: part, changes }] of batches.entries()) {
    for (const [which, change] of changes) machines[which % 10] = change;
    const all = Array.from({ length: 10 }, (_, at) => machines[at] ?? away);
    await put(all);
    const before = await stored();
    const plan = expected(all, before, { share: part, number });
    const step = { ...of, attempt, generation: before.generation, batch: index + 1, share: part, absentAfterMs };
    const result = await here.activities.advanceRegion(step);
    expect(result.outcome === 'written' ? await fixedHere(number) : result).toEqual(fixedAs(plan));
    const after = await stored();
    const places = all.map((_, at) => ({ host: nameOf(at), position: positionOf(service, number, nameOf(at)) }));
    const allowed = places.filter((one) => inBatch(before, one));
    expect(places.filter((one) => inBatch(after, one))).toEqual(expect.arrayContaining(allowed));
  }
}

/** As the row and the newest batch of the database have it. */
async function fixedHere(number: DeploymentNumber): Promise<object> {
  const { cut, canaries } = await stored();
  const batch = (await here.parts.store.readBatches(service, number)).at(-1);
  return { outcome: 'fixed', cut, canaries, batchCut: batch?.cut, ...batch?.members };
}

function fixedAs(plan: BatchDecision): object {
  if (plan.outcome === 'waiting') return plan;
  const { cumulative: _, ...rest } = plan;
  return { ...rest, batchCut: plan.cut };
}

const away: Machine = { known: false, labels: {}, maintenance: false, ageMs: null, said: null };

test('two hundred random fleets: snapshot, canaries, cut and members of each batch are those of the pure functions', async () => {
  await fc.assert(
    fc.asyncProperty(courses, async (course) => runBatches(course, await startOver(course))),
    { numRuns: 200, endOnFailure: true },
  );
}, 600_000);
