import { expect, test } from '@jest/globals';
import { allCases, type MeddlingCase } from './cases.ts';
import type { EndedCase, EndedDeployment } from './ended-case.ts';
import { judge } from './judge.ts';

const caseOf = (target: MeddlingCase['target'], point: string, meddling: MeddlingCase['meddling']): MeddlingCase =>
  allCases(true).find((each) => each.target === target && each.point.name === point && each.meddling === meddling)!;

const ended = (deployment: string, outcome: EndedDeployment['outcome']): EndedDeployment => ({
  deployment,
  release: 1,
  outcome,
  reason: 'why',
});

const inABatch = caseOf('deployment', 'in a batch', 'terminate');
const right: Omit<EndedCase, 'faults'> = {
  case: 'a case',
  deployments: [ended('a/2', 'undone')],
  expected: 1,
  hosts: 'all on 1',
  lock: 'a/2 was undone',
  next: ended('a/3', 'succeeded'),
  hostsAfterNext: 'all on 3',
  told: [{ object: 'a/2', verb: 'recovery-started', text: 'the workflow of a/2 was terminated in Temporal' }],
  waits: [],
  endedMs: 1,
};

test('what ended as it must, and said so, is right', () => {
  expect(judge(inABatch, right)).toEqual([]);
});

test.each([
  ['went on', { deployments: [ended('a/2', 'succeeded')], lock: null }, 'a/2 ended succeeded: why'],
  ['has no end', { deployments: [ended('a/2', null)], lock: null }, 'a/2 ended null: why'],
  ['left the lane open', { lock: null }, 'an undo left the lane open'],
  ['was not told', { told: [] }, 'nobody was told "terminated in Temporal" of the deployment'],
  [
    'was told of the lane only',
    { told: [{ object: 'a', verb: 'lane-reopened', text: 'was terminated in Temporal' }] },
    'nobody was told "terminated in Temporal" of the deployment',
  ],
  ['kept the next from succeeding', { next: ended('a/3', 'failed') }, 'a/3 ended failed: why'],
])('what %s is not', (_name, change, fault) => {
  expect(judge(inABatch, { ...right, ...change })).toEqual([fault]);
});

test('of a lane, what was active must not notice, and what waited succeeds', () => {
  const lane = caseOf('lane', 'in a batch, others wait', 'cancel');
  const told = [{ object: 'a', verb: 'lane-reopened', text: "the lane's workflow was cancelled in Temporal" }];
  const deployments = [ended('a/2', 'succeeded'), ended('a/3', 'succeeded')];
  expect(judge(lane, { ...right, deployments, lock: null, told })).toEqual([]);
  const undone = [ended('a/2', 'undone'), ended('a/3', 'superseded')];
  expect(judge(lane, { ...right, deployments: undone, told })).toEqual([
    'a/2 ended undone: why',
    'a/3 ended superseded: why',
  ]);
});

test('each way of meddling is tried at each point, and each reset in turn', () => {
  const cases = allCases(false).filter(({ target }) => target === 'deployment');
  expect(cases).toHaveLength(18);
  const resets = cases.filter(({ meddling }) => meddling.startsWith('reset')).map(({ meddling }) => meddling);
  expect(new Set(resets).size).toBe(2);
});
