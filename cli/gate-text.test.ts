import { expect, test } from '@jest/globals';
import { parseServiceSpec } from '../protocol/service-spec.ts';
import { checksText, verifyText } from './gate-text.ts';
import { specLines } from './spec/spec-text.ts';

const required = { require: ['ci/lint', 'ci/unit'], withinMs: 1_800_000 };

test.each([
  [null, undefined, 'none'],
  ['npm test', null, 'npm test'],
  [null, required, 'ci/lint, ci/unit within 30 min'],
  ['npm test', required, 'npm test; ci/lint, ci/unit within 30 min'],
] as const)('checks: %s and %j', (run, of, text) => expect(checksText(run, of)).toBe(text));

test.each([
  [null, [], 'nothing beside health'],
  ['./smoke.sh', ['errors at most 1'], './smoke.sh; errors at most 1'],
] as const)('verification: %s and %j', (run, metrics, text) => expect(verifyText(run, metrics)).toBe(text));

test('a spec is shown with the metrics of each stage below it', () => {
  const parsed = parseServiceSpec(`
service: checkout
checks: { require: [ci/lint] }
run: { command: [node] }
health: { http: / }
rollout:
  stages: [{ name: all, regions: [eu-west], batches: [100%], bake: 2m, metrics: [{ promql: errors, max: 0.01 }] }]
`);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const lines = specLines(parsed.spec);
  const stage = lines.findIndex((line) => line.includes('1 all'));
  expect(lines[stage + 1]!.trim()).toBe('errors at most 0.01 for 1 min, 3 samples or more, one every 15 s');
  expect(lines.find((line) => line.includes('checks'))).toContain('ci/lint within 30 min');
});
