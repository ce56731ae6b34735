import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { WatchMetricsResult } from '../../activities/gates/contract.ts';
import type { MetricGate } from '../../domain/gate/metric.ts';
import { nothingYet } from '../../test/workflow-world/gate-activities.ts';
import type { WorkflowWorld } from '../../test/workflow-world/environment.ts';
import { createWorkflowWorld, until } from '../../test/workflow-world/environment.ts';
import type { PlanSettings, ServiceWorld } from '../../test/workflow-world/service-world.ts';
import { ap, eu, eventsOf, twoStages, us } from '../../test/workflow-world/service-world.ts';
import { abortUpdate, pauseUpdate, resumeUpdate, skipRegionUpdate, statusQuery } from '../messages/deployment.ts';

let world: WorkflowWorld;
beforeAll(async () => {
  world = await createWorkflowWorld();
});
afterAll(() => world.close());

const errors: MetricGate = {
  name: 'errors',
  promql: 'error_rate',
  max: 0.01,
  min: null,
  forMs: 60_000,
  everyMs: 15_000,
  samples: 3,
};
const [canary, rest] = twoStages.stages;
const inCanary: PlanSettings = { ...twoStages, stages: [{ ...canary!, bakeMs: 120_000, metrics: [errors] }, rest!] };
const atTheEnd: PlanSettings = { ...twoStages, verify: { run: './smoke.sh', timeoutMs: 60_000, metrics: [errors] } };
const good = { outcome: 'good', text: 'errors 0.004 of at most 0.010' } as const;
const bad = { outcome: 'bad', text: 'errors 0.200 of at most 0.010' } as const;
const unknown = { outcome: 'inconclusive', text: 'errors at most 0.01: no data' } as const;

const watched = (name: string, plan: PlanSettings, metrics: ServiceWorld['metrics']): ServiceWorld =>
  Object.assign(world.service(name), { plan, metrics });

const token = (text: string) => ({ args: [{ token: text }] as [{ token: string }] });
const abort = { args: [{ by: 'ada', reason: '', hold: false }] as [{ by: string; reason: string; hold: boolean }] };

test('a stage whose metrics are good is followed by the next', async () => {
  const asked: unknown[] = [];
  const service = watched('good-stage', inCanary, (_, input) => {
    asked.push(input);
    return good;
  });
  expect((await (await world.deploy(service)).result()).outcome).toBe('succeeded');
  const events = eventsOf(service);
  expect(events.indexOf('metrics-good')).toBeLessThan(events.lastIndexOf('stage-started'));
  expect(service.looks.metrics).toBe(1);
  expect(asked[0]).toMatchObject({ release: 'good-stage@1', regions: [eu], metrics: [errors], graceMs: 60_000 });
  const { fromMs, untilMs } = asked[0] as { fromMs: number; untilMs: number };
  expect(untilMs - fromMs).toBe(120_000);
});

test('they are not watched before every region of the stage bakes', async () => {
  const plan: PlanSettings = { ...twoStages, stages: [canary!, { ...rest!, bakeMs: 60_000, metrics: [errors] }] };
  const service = watched('all-bake', plan, () => good);
  const slow = service.regions[ap]!.gate('watch:2');
  const handle = await world.deploy(service);
  await until(() => slow.waiting() > 0 && service.regions[us]!.ran.includes('bake'));
  expect(service.looks.metrics).toBe(0);
  slow.open();
  expect((await handle.result()).outcome).toBe('succeeded');
  expect(service.looks.metrics).toBe(1);
});

test('a bad metric stops the bake and undoes the stage', async () => {
  const service = watched('bad-stage', inCanary, () => bad);
  service.regions[eu]!.gate('bake');
  const result = await (await world.deploy(service)).result();
  expect(result).toMatchObject({ outcome: 'undone', reason: 'stage canary: errors 0.200 of at most 0.010' });
  expect(service.regions[eu]!.row?.mode).toBe('undo');
  expect(service.regions[us]!.row).toBeNull();
});

test('what is measured is shown while the stage bakes', async () => {
  const service = watched('shown', inCanary, (look) =>
    look === 1 ? { outcome: 'watching', text: 'errors 0.004 of at most 0.010' } : nothingYet(),
  );
  service.regions[eu]!.gate('bake');
  const handle = await world.deploy(service);
  await until(() => eventsOf(service).includes('metrics-read'));
  const shown = await handle.query(statusQuery);
  expect(shown).toMatchObject({ state: 'baking', waiting: expect.stringContaining('errors 0.004 of at most 0.010') });
  expect(service.progress.at(-1)).toMatchObject({ event: 'metrics-read', state: 'baking', waitingFor: 'metrics' });
  await handle.executeUpdate(abortUpdate, abort);
  expect((await handle.result()).outcome).toBe('undone');
});

async function heldBy(service: ServiceWorld) {
  const handle = await world.deploy(service);
  await until(() => eventsOf(service).includes('gate-held'));
  expect(await handle.query(statusQuery)).toMatchObject({
    held: true,
    waiting: expect.stringContaining('errors at most 0.01: no data; a person must resume or abort it'),
  });
  return handle;
}

test('what nobody can measure holds it, and a person who resumes lets it go on', async () => {
  const service = watched('resumed', inCanary, () => unknown);
  const handle = await heldBy(service);
  expect(service.regions[us]!.row).toBeNull();
  expect(service.progress.at(-1)).toMatchObject({ waitingFor: 'decision' });
  await handle.executeUpdate(resumeUpdate, token('resume:mo'));
  expect((await handle.result()).outcome).toBe('succeeded');
});

test('or one who aborts has it undone', async () => {
  const service = watched('aborted', inCanary, () => unknown);
  const handle = await heldBy(service);
  await handle.executeUpdate(abortUpdate, abort);
  expect((await handle.result()).outcome).toBe('undone');
});

test("a pause that is over doesn't decide for the person: a hold comes first, and one resume ends both", async () => {
  const service = watched('paused-too', inCanary, () => unknown);
  const handle = await heldBy(service);
  await handle.executeUpdate(pauseUpdate, { args: [{ by: 'ada', reason: '' }] });
  expect((await handle.query(statusQuery)).waiting).toContain('no data');
  await handle.executeUpdate(resumeUpdate, token('resume:mo'));
  expect((await handle.result()).outcome).toBe('succeeded');
});

test('a region that fails is not kept waiting by a metric', async () => {
  const service = watched('region-fails', inCanary, () => nothingYet());
  service.regions[eu]!.judge = (batch) => (batch === 0 ? 'stop' : 'advance');
  const bake = service.regions[eu]!.gate('bake');
  const handle = await world.deploy(service);
  await until(() => service.looks.metrics === 1 && bake.waiting() > 0);
  bake.open();
  expect(await handle.result()).toMatchObject({ outcome: 'undone', reason: expect.stringContaining('eu-west') });
});

test('the verification looks at all regions, after its command', async () => {
  const asked: unknown[] = [];
  const service = watched('verified', atTheEnd, (_, input) => {
    asked.push(input);
    return good;
  });
  expect((await (await world.deploy(service)).result()).outcome).toBe('succeeded');
  expect(asked).toMatchObject([{ regions: [eu, us, ap], tellAtMs: expect.any(Number) }]);
});

test('a metric that is bad in the verification undoes every region', async () => {
  const service = watched('verify-bad', atTheEnd, () => bad);
  const result = await (await world.deploy(service)).result();
  expect(result).toMatchObject({ outcome: 'undone', reason: 'verify: errors 0.200 of at most 0.010' });
  expect([eu, us, ap].map((region) => service.regions[region]!.row?.mode)).toEqual(['undo', 'undo', 'undo']);
  expect(service.pointsOfNoReturn).toEqual([]);
});

test('a verification may be metrics alone', async () => {
  const plan = { ...atTheEnd, verify: { run: null, timeoutMs: 60_000, metrics: [errors] } };
  const service = watched('metrics-alone', plan, () => unknown);
  service.command = () => {
    throw new Error('there is no command');
  };
  const handle = await heldBy(service);
  expect((await handle.query(statusQuery)).state).toBe('verifying');
  await handle.executeUpdate(resumeUpdate, token('resume:mo'));
  expect((await handle.result()).outcome).toBe('succeeded');
});

test('a watch of a day fills no history', async () => {
  const long = { ...inCanary, stages: [{ ...inCanary.stages[0]!, bakeMs: 86_400_000 }, rest!] };
  const watching: WatchMetricsResult = { outcome: 'watching', text: 'errors 0.004 of at most 0.010' };
  const service = watched('a-day', long, (_, { tellAtMs }) => (tellAtMs === null ? good : watching));
  const handle = await world.deploy(service);
  expect((await handle.result()).outcome).toBe('succeeded');
  expect(service.looks.metrics).toBe(8);
});

test('a region that is skipped while its stage bakes is asked about no longer', async () => {
  const plan: PlanSettings = { ...twoStages, stages: [canary!, { ...rest!, bakeMs: 60_000, metrics: [errors] }] };
  const asked: (readonly string[])[] = [];
  const service = watched('skipped-meanwhile', plan, (look, { regions }) => {
    asked[look] = regions;
    return look === 1 ? nothingYet() : good;
  });
  const bakes = service.regions[us]!.gate('bake');
  service.regions[ap]!.judge = (batch) => (batch === 0 ? 'hold' : 'advance');
  const handle = await world.deploy(service);
  await until(() => eventsOf(service).includes('region-held') && asked.length > 1);
  const skip = { token: `skip-region:mo:::${ap}`, region: ap, reason: 'its link is down' };
  await handle.executeUpdate(skipRegionUpdate, { args: [skip] });
  await until(() => eventsOf(service).includes('metrics-good'));
  expect(asked.slice(1)).toEqual([[us, ap], [us]]);
  bakes.open();
  expect(await handle.result()).toMatchObject({ outcome: 'succeeded', pending: [] });
});
