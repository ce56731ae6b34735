import { expect, test } from '@jest/globals';
import type { RunEvidence } from '../evidence/evidence.ts';
import { brokenPromises } from './broken-promises.ts';
import { atMs, deployment, kept, one } from './kept.fixture.ts';

const [keptMerge] = kept.merges as [RunEvidence['merges'][number]];
const [keptDeployment] = kept.deployments as [RunEvidence['deployments'][number]];

test('a bad release may not succeed', async () => {
  const broken = await brokenPromises({ ...kept, merges: [{ ...keptMerge, bad: true }] });
  expect(broken.map(({ promise }) => promise)).toEqual([11]);
});

const ended = (outcome: 'undone' | 'cancelled' | 'failed' | 'rejected', seen: Partial<RunEvidence> = {}) =>
  brokenPromises({ ...kept, after: one, ...seen, deployments: [{ ...keptDeployment, outcome }] }).then((broken) =>
    broken.filter(({ promise }) => promise === 11).map(({ sentence }) => sentence),
  );
const harm = { atMs, healedAtMs: atMs, on: 'host-eu-west-1' };
const abort = { verb: 'abort', when: { once: 'delivered', afterMs: 0 } } as const;

test.each([
  ['undone', {}],
  ['undone', { harmed: [{ ...harm, kind: 'deliver-again' }] }],
  ['undone', { harmed: [{ ...harm, kind: 'late-steps', on: 'deployment:checkout:2:eu-west' }] }],
  ['undone', { harmed: [{ ...harm, kind: 'restart', on: 'api' }] }],
  ['cancelled', { harmed: [{ ...harm, kind: 'kill', on: 'temporal' }] }],
  ['failed', { harmed: [{ ...harm, kind: 'kill', on: 'build-worker' }] }],
  ['rejected', { act: abort }],
] as const)('a good release may not end as %s when nothing explains it: %j', async (outcome, seen) => {
  expect(await ended(outcome, seen)).toEqual([`deployment 2 (rollout) ended as ${outcome}`]);
});

test.each([
  ['undone', { harmed: [{ ...harm, kind: 'kill', on: 'agent-eu-west-1' }] }],
  ['undone', { act: abort }],
  ['cancelled', { harmed: [{ ...harm, kind: 'terminate', on: 'deployment:checkout:2' }] }],
  ['failed', { harmed: [{ ...harm, kind: 'fill' }] }],
] as const)('a good release may end as %s after what was done: %j', async (outcome, seen) => {
  expect(await ended(outcome, seen)).toEqual([]);
});

test.each([
  ['may', { started: false }, []],
  ['may not', { started: true }, ['deployment 2 (rollback) ended as cancelled']],
] as const)('a rollback %s be cancelled: %j', async (_may, changed, sentences) => {
  const rollback = { ...keptDeployment, ...changed, kind: 'rollback', commit: null, outcome: 'cancelled' } as const;
  const act = { ...abort, verb: 'rollback' } as const;
  const broken = await brokenPromises({ ...kept, after: one, act, deployments: [rollback] });
  expect(broken.filter(({ promise }) => promise === 11).map(({ sentence }) => sentence)).toEqual(sentences);
});

test('what waited and got another number is one deployment', async () => {
  const waited = { ...keptDeployment, number: 1, outcome: 'superseded', started: false, goesOnAs: deployment } as never;
  const broken = await brokenPromises({ ...kept, deployments: [waited, keptDeployment] });
  expect(broken.filter(({ promise }) => promise === 7 || promise === 11)).toEqual([]);
});

test('only a freeze that undoes explains a good release that is undone', async () => {
  const freezing = { verb: 'freeze', kind: 'freeze', over: 'all', endedBy: 'clock', forMs: 1, behind: false } as const;
  const when = abort.when;
  expect(await ended('undone', { act: { ...freezing, policy: 'undo', when } })).toEqual([]);
  expect(await ended('undone', { act: { ...freezing, policy: 'hold', when } })).toEqual([
    'deployment 2 (rollout) ended as undone',
  ]);
});
