import { expect, test } from '@jest/globals';
import { gatesLines } from './gates-line.ts';

const stage = { name: 'canary', regions: [], batches: [], bakeMs: 60_000 };

test('a plan without gates has no line for them', () => {
  expect(gatesLines({ stages: [stage] })).toEqual([]);
});

test('checks, metrics of each stage and those at the end are told in their order', () => {
  const requiredChecks = { require: ['ci/lint', 'ci/unit'], withinMs: 1_800_000 };
  const stages = [{ ...stage, metrics: ['errors at most 0.01 for 1 min'] }];
  expect(gatesLines({ requiredChecks, stages, verifyMetrics: ['speed at least 5 for 1 min'] })).toEqual([
    {
      label: 'Gates',
      text: 'checks: ci/lint, ci/unit within 30 min; canary: errors at most 0.01 for 1 min; at the end: speed at least 5 for 1 min.',
    },
  ]);
});
