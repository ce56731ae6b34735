import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { deploymentNumber } from '../../domain/names.ts';
import type { WorkflowWorld } from '../../test/workflow-world/environment.ts';
import { createWorkflowWorld, until } from '../../test/workflow-world/environment.ts';
import type { ServiceWorld } from '../../test/workflow-world/service-world.ts';
import { allRegions, ap, builtBy, eu, eventsOf, hash, twoStages, us } from '../../test/workflow-world/service-world.ts';
import { abortUpdate, pauseUpdate, statusQuery } from '../messages/deployment.ts';

let world: WorkflowWorld;
beforeAll(async () => {
  world = await createWorkflowWorld();
});
afterAll(() => world.close());

const ada = { by: 'ada', reason: '' };
const baseOf = (service: ServiceWorld) =>
  allRegions.map((region) => service.regions[region]?.row?.base?.release.number ?? null);

describe('a good release', () => {
  test('goes through its stages and becomes the base of every region', async () => {
    const service = world.service('good');
    const handle = await world.deploy(service);
    expect(await handle.result()).toEqual({
      outcome: 'succeeded',
      reason: 'good@1 is live in 3 of 3 regions',
      pending: [],
    });
    expect(baseOf(service)).toEqual([1, 1, 1]);
    expect(service.regions[us]?.ran).toEqual([
      'copy',
      'begin',
      'advance:1',
      'watch:1',
      'advance:2',
      'watch:2',
      'finish',
    ]);
    expect(service.pointsOfNoReturn).toEqual([1]);
    expect(service.finished[0]?.regions.map(({ region, outcome }) => [region, outcome])).toEqual(
      expect.arrayContaining([
        [eu, 'succeeded'],
        [us, 'succeeded'],
        [ap, 'succeeded'],
      ]),
    );
  });

  test('starts no region of a later stage before the earlier stage is good', async () => {
    const service = world.service('stages');
    const last = service.regions[eu]!.gate('watch:2');
    const handle = await world.deploy(service);
    await until(() => last.waiting() > 0);
    expect(service.regions[us]?.ran).not.toContain('begin');
    last.open();
    await handle.result();
    expect(service.regions[us]?.ran).toContain('begin');
  });

  test('is recorded change by change, numbered from 1 without a gap', async () => {
    const service = world.service('recorded');
    await (await world.deploy(service)).result();
    const sequences = service.progress.map(({ sequence }) => sequence);
    expect(sequences).toEqual(sequences.map((_, index) => index + 1));
    expect(service.finished[0]?.sequence).toBe(sequences.length + 1);
    const told = [
      'build-started',
      'planned',
      'admitted',
      'stage-started',
      'batch-advanced',
      'region-ready',
      'point-of-no-return',
    ];
    expect(eventsOf(service)).toEqual(expect.arrayContaining(told));
  });

  test('writes down each step in the centre before the region hears of it', async () => {
    const service = world.service('intents');
    await (await world.deploy(service)).result();
    const steps = service.intents.filter(({ region }) => region === eu).map(({ step }) => step);
    expect(steps).toEqual(['begin', 'advance:1', 'advance:2', 'finish']);
  });

  test('is found by its service, release, regions and outcome in Temporal', async () => {
    const service = world.service('found');
    const handle = await world.deploy(service);
    await handle.result();
    const { typedSearchAttributes } = await handle.describe();
    const shown = typedSearchAttributes.getAll().map(({ key, value }) => [key.name, value]);
    expect(Object.fromEntries(shown)).toEqual({
      SlipwayService: 'found',
      SlipwayRelease: 'found@1',
      SlipwayStage: 'world',
      SlipwayOutcome: 'succeeded',
      SlipwayRegion: [eu, us, ap],
    });
  });

  test('is watched for a while when its stage has a bake', async () => {
    const service = world.service('baked');
    service.plan = {
      ...twoStages,
      stages: [{ name: 'all', regions: [eu], batches: [{ percent: 100 }], bakeMs: 120_000 }],
    };
    const bake = service.regions[eu]!.gate('bake');
    const handle = await world.deploy(service);
    await until(() => bake.waiting() > 0);
    await until(async () => (await handle.query(statusQuery)).state === 'baking');
    expect((await handle.query(statusQuery)).waiting).toMatch(/^watches stage all until/);
    bake.open();
    expect((await handle.result()).outcome).toBe('succeeded');
  });

  test('that exists already is not built again', async () => {
    const service = world.service('again');
    service.build = { outcome: 'failed', reason: 'must not be built', exitCode: 1, log: null };
    const handle = await world.deploy(service, { build: null, kind: 'roll-forward' });
    expect((await handle.result()).outcome).toBe('succeeded');
  });

  test('that exists already and was never admitted is checked again before anybody is asked', async () => {
    const ran: string[] = [];
    const passed = { outcome: 'passed', reason: 'exit code 0', log: null } as const;
    const service = Object.assign(world.service('unproven'), {
      ownChecks: { run: 'npm test', timeoutMs: 60_000 },
      command: (purpose: string) => (ran.push(purpose), passed),
    });
    const handle = await world.deploy(service, { build: null, kind: 'roll-forward' });
    expect((await handle.result()).outcome).toBe('succeeded');
    expect(ran).toEqual(['checks']);
    expect(service.evidence).toEqual([[{ kind: 'checks', digest: null, detail: 'exit code 0' }]]);
    const events = eventsOf(service);
    expect(events.indexOf('checks-started')).toBeLessThan(events.indexOf('region-replicated'));
    expect(events.indexOf('checks-passed')).toBeGreaterThan(events.indexOf('checks-started'));
  });

  test('that exists already and fails its checks is not admitted, and touches nothing', async () => {
    const service = Object.assign(world.service('unproven-red'), {
      ownChecks: { run: 'npm test', timeoutMs: 60_000 },
      command: () => ({ outcome: 'failed', reason: 'exit code 1', log: null }) as const,
    });
    const handle = await world.deploy(service, { build: null, kind: 'roll-forward' });
    expect(await handle.result()).toMatchObject({ outcome: 'failed', reason: expect.stringContaining('checks: ') });
    expect(service.admissionsAsked).toBe(0);
    expect(service.intents).toEqual([]);
  });

  test('that was built and checked here is not checked twice', async () => {
    const ran: string[] = [];
    const service = Object.assign(world.service('once'), {
      ownChecks: { run: 'npm test', timeoutMs: 60_000 },
      command: (purpose: string) => (ran.push(purpose), { outcome: 'passed', reason: '', log: null } as const),
    });
    service.build = builtBy(service.service, 'npm test');
    expect((await (await world.deploy(service)).result()).outcome).toBe('succeeded');
    expect(ran.filter((purpose) => purpose === 'checks')).toHaveLength(1);
  });
});

const saying = (tail: string) => ({ digest: hash('1'), sizeBytes: tail.length, truncated: false, tail });

describe('a deployment that fails before any region heard of it touches nothing and frees its service', () => {
  const spelled = 'slipway.yaml:14:9 rollout.stages[0].batches: is not a list';
  const problem = { path: 'rollout.stages[0].batches', line: 14, column: 9, message: 'is not a list' };
  test.each<[string, (service: ServiceWorld) => void, string]>([
    [
      'the build',
      (s) => (s.build = { outcome: 'failed', reason: 'exit code 1', exitCode: 1, log: saying('E404\nnot found\n') }),
      'build: exit code 1; its last words: E404 | not found',
    ],
    [
      'the spec',
      (s) => (s.build = { outcome: 'invalid-spec', problems: [problem, problem] }),
      `${spelled}; ${spelled}`,
    ],
    ['the checks', (s) => failChecks(s), 'checks: exit code 1; its last words: 1 failed'],
    [
      'a fault that does not heal',
      (s) => (s.build = builtBy(s.service, 'throws')),
      'runCommand failed: the commit is gone',
    ],
    [
      'the plan',
      (s) => (s.planRefused = 'there is no region "mars"'),
      'the plan was refused: there is no region "mars"',
    ],
  ])('for %s', async (what, script, reason) => {
    const service = world.service(`fails-${what.split(' ').at(-1)}`);
    script(service);
    const handle = await world.deploy(service);
    expect(await handle.result()).toEqual({ outcome: 'failed', reason, pending: [] });
    expect(service.intents).toEqual([]);
    const buildLog = 'log' in service.build && service.build.outcome === 'failed' ? service.build.log : null;
    expect(service.finished).toMatchObject([{ outcome: 'failed', regions: [], lock: null, buildLog }]);
  });

  function failChecks(service: ServiceWorld): void {
    service.build = builtBy(service.service, 'npm test');
    service.command = () => ({ outcome: 'failed', reason: 'exit code 1', log: saying('1 failed') });
  }
});

test('a verification that fails undoes what was good until then', async () => {
  const service = world.service('verify');
  service.plan = { ...twoStages, verify: { run: './smoke.sh', timeoutMs: 60_000 } };
  service.command = () => ({ outcome: 'failed', reason: 'exit code 1', log: null });
  expect(await (await world.deploy(service)).result()).toMatchObject({
    outcome: 'undone',
    reason: 'verify: exit code 1',
  });
  expect(allRegions.map((region) => service.regions[region]?.row?.mode)).toEqual(['undo', 'undo', 'undo']);
});

test('a deployment waits, and shows it, while another holds the service', async () => {
  const service = world.service('busy');
  service.holder = deploymentNumber(7);
  const handle = await world.deploy(service, { deployment: deploymentNumber(8) });
  await until(async () => (await handle.query(statusQuery)).waiting === 'waits until busy/7 has let go of the service');
  await world.env.sleep('1h');
  expect(service.intents).toEqual([]);
  service.holder = null;
  expect((await handle.result()).outcome).toBe('succeeded');
});

test('a region whose hosts are all silent is begun again when one reports', async () => {
  const service = world.service('empty');
  service.regions[eu]!.hosts = 0;
  const handle = await world.deploy(service);
  await until(() => eventsOf(service).includes('region-waiting'));
  expect((await handle.query(statusQuery)).waiting).toBe('no host reports in eu-west; goes on when one does');
  service.regions[eu]!.hosts = 3;
  expect((await handle.result()).outcome).toBe('succeeded');
});

test('a deployment can not be aborted any more while its release becomes the base', async () => {
  const service = world.service('finishing');
  const finish = service.regions[ap]!.gate('finish');
  const handle = await world.deploy(service);
  await until(() => finish.waiting() > 0);
  await expect(handle.executeUpdate(abortUpdate, { args: [{ ...ada, hold: false }] })).rejects.toMatchObject({
    cause: { message: 'finishing/1 is past its point of no return: roll back instead' },
  });
  await expect(handle.executeUpdate(pauseUpdate, { args: [ada] })).rejects.toMatchObject({
    cause: { message: 'finishing/1 is past its last batch' },
  });
  finish.open();
  expect((await handle.result()).outcome).toBe('succeeded');
});
