import { expect, test } from '@jest/globals';
import { parseServiceSpec } from '../../protocol/service-spec.ts';
import { specWarnings } from './spec-warnings.ts';

const warningsOf = (more: string, stages = '[{ name: a, regions: [x], batches: [1, 100%], bake: 1s }]') => {
  const parsed = parseServiceSpec(
    `service: s\nrun: { command: [./s] }\nhealth: { http: / }\nrollout: { stages: ${stages} }\n${more}`,
  );
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return specWarnings(parsed.spec);
};
const approved = 'approve: { quorum: 1 }\n';

test('a careful spec has none', () => {
  expect(warningsOf(approved)).toEqual([]);
});

test.each([
  ['nobody is asked', '', undefined, /^approve: left out/],
  [
    'all hosts at once',
    approved,
    '[{ name: a, regions: [x, y], batches: [100%] }]',
    /a switches all hosts of each region/,
  ],
  [
    'a canary that is not watched',
    approved,
    '[{ name: a, regions: [x], batches: [1, 100%] }, { name: b, regions: [y], batches: [1, 100%] }]',
    /^rollout\.stages\[0\]\.bake: a is not watched/,
  ],
  ['no undo by itself', `${approved}rollback: { automatic: false }`, undefined, /^rollback\.automatic/],
  ['no lock after an undo', `${approved}rollback: { lockAfter: false }`, undefined, /^rollback\.lockAfter/],
  ['sources among what is released', `${approved}build: { run: make }`, undefined, /^build\.output/],
])('allowed, and said: %s', (_, more, stages, warning) => {
  expect(warningsOf(more, stages)).toEqual([expect.stringMatching(warning)]);
});
