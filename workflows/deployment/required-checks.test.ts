import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { WatchChecksResult } from '../../activities/gates/contract.ts';
import { hash } from '../../test/workflow-world/service-world.ts';
import { nothingYet } from '../../test/workflow-world/gate-activities.ts';
import type { WorkflowWorld } from '../../test/workflow-world/environment.ts';
import { createWorkflowWorld, until } from '../../test/workflow-world/environment.ts';
import type { ServiceWorld } from '../../test/workflow-world/service-world.ts';
import { approveByOne, eventsOf, twoStages } from '../../test/workflow-world/service-world.ts';
import { abortUpdate, statusQuery } from '../messages/deployment.ts';

let world: WorkflowWorld;
beforeAll(async () => {
  world = await createWorkflowWorld();
});
afterAll(() => world.close());

const checks = { require: ['ci/lint', 'ci/unit'], withinMs: 1_800_000 };
const missing = (...names: string[]): WatchChecksResult => ({
  outcome: 'waiting',
  missing: names,
  pending: [],
  fault: null,
});

function requiring(name: string, more: Partial<ServiceWorld> = {}): ServiceWorld {
  return Object.assign(world.service(name), { plan: { ...twoStages, checks }, ...more });
}

test('a release whose checks an existing CI has reported goes on, and its admission rests on them', async () => {
  const evidence = [
    { kind: 'status', digest: hash('e'), url: 'https://ci.example/7', detail: 'ci/lint: success' },
  ] as const;
  const service = requiring('reported', { checks: () => ({ outcome: 'passed', evidence }) });
  expect((await (await world.deploy(service)).result()).outcome).toBe('succeeded');
  expect(service.evidence.at(-1)).toEqual([expect.objectContaining({ kind: 'build' }), ...evidence]);
  const events = eventsOf(service);
  expect(events.indexOf('checks-passed')).toBeGreaterThan(events.indexOf('checks-awaited'));
  expect(events.indexOf('checks-passed')).toBeLessThan(events.indexOf('region-replicated'));
});

test('while some are missing it waits in checking, says which, and asks nobody', async () => {
  let answer: (result: WatchChecksResult) => void = () => undefined;
  const service = requiring('missing', {
    checks: (look) => (look === 1 ? missing('ci/unit') : new Promise((resolve) => (answer = resolve))),
    plan: { ...twoStages, checks, approve: approveByOne },
  });
  const handle = await world.deploy(service);
  await until(() => eventsOf(service).includes('checks-moved'));
  expect(await handle.query(statusQuery)).toMatchObject({
    state: 'checking',
    waiting: expect.stringContaining('waits for checks: ci/unit has not reported; fails after'),
  });
  expect(service.progress.at(-1)).toMatchObject({ event: 'checks-moved', waitingFor: 'checks' });
  answer({ outcome: 'passed', evidence: [] });
  await until(() => eventsOf(service).includes('approval-wanted'));
  await handle.executeUpdate(abortUpdate, { args: [{ by: 'ada', reason: '', hold: false }] });
  expect((await handle.result()).outcome).toBe('cancelled');
});

test('a check that failed ends it before anything is touched, by its name and address', async () => {
  const reason = 'ci/lint reported failure (https://ci.example/7)';
  const service = requiring('red', { checks: () => ({ outcome: 'failed', reason }) });
  const result = await (await world.deploy(service)).result();
  expect(result).toMatchObject({ outcome: 'failed', reason: `checks: ${reason}` });
  expect(service.intents).toEqual([]);
  expect(service.admissionsAsked).toBe(0);
});

test('what is missing when the time is over is named', async () => {
  const looks: boolean[] = [];
  const service = requiring('overdue', {
    checks: (look, { isLast }) => {
      looks[look - 1] = isLast;
      if (look === 1) return missing('ci/unit', 'ci/lint');
      return isLast ? missing('ci/unit') : nothingYet();
    },
  });
  const result = await (await world.deploy(service)).result();
  expect(result).toMatchObject({ outcome: 'failed', reason: 'checks: after 30 min ci/unit has not reported' });
  expect(looks).toEqual([false, false, true]);
});

test('what was reported at the last moment counts', async () => {
  const service = requiring('last-moment', {
    checks: (_, { isLast }) => (isLast ? { outcome: 'passed', evidence: [] } : nothingYet()),
  });
  expect((await (await world.deploy(service)).result()).outcome).toBe('succeeded');
});

test('an abort ends the wait at once', async () => {
  const service = requiring('aborted-waiting', { checks: () => nothingYet() });
  const handle = await world.deploy(service);
  await until(() => service.looks.checks === 1);
  await handle.executeUpdate(abortUpdate, { args: [{ by: 'ada', reason: '', hold: false }] });
  expect((await handle.result()).outcome).toBe('cancelled');
});

test('a CI that flaps for ever fills no history', async () => {
  const service = requiring('flapping', {
    checks: (look, { known, isLast }) => {
      if (isLast) return missing('ci/unit');
      return known === null ? nothingYet() : missing(look % 2 === 0 ? 'ci/unit' : 'ci/lint');
    },
  });
  const handle = await world.deploy(service);
  expect((await handle.result()).outcome).toBe('failed');
  expect(service.looks.checks).toBeLessThan(25);
  expect((await handle.describe()).historyLength).toBeLessThan(500);
});

test('a fault of the provider is shown while it lasts', async () => {
  const service = requiring('provider-away', {
    checks: (look) => {
      if (look === 1) return { outcome: 'waiting', missing: ['ci/lint'], pending: [], fault: 'it answers 500' };
      return look === 2 ? nothingYet() : missing('ci/lint');
    },
  });
  const handle = await world.deploy(service);
  await until(() => service.looks.checks === 2);
  expect((await handle.query(statusQuery)).waiting).toContain('ci/lint has not reported (it answers 500)');
  await handle.executeUpdate(abortUpdate, { args: [{ by: 'ada', reason: '', hold: false }] });
  await handle.result();
});
