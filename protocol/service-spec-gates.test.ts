import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ServiceSpec } from '../domain/spec/service-spec.ts';
import { parsedSpecMistake, parseServiceSpec, specProblemText } from './service-spec.ts';

const specWith = (stage: string, rest = ''): string => `service: checkout
run: { command: [node, server.js] }
health: { http: /healthz }
rollout: { stages: [{ name: all, regions: [eu-west], batches: [1, 100%]${stage} }]${rest} }
`;

function accepted(source: string): ServiceSpec {
  const result = parseServiceSpec(source);
  if (!result.ok) throw new Error(result.problems.map((problem) => specProblemText(problem)).join('\n'));
  return result.spec;
}

const problemsIn = (source: string): readonly string[] => {
  const result = parseServiceSpec(source);
  return result.ok ? [] : result.problems.map(({ path, message }) => `${path} ${message}`);
};

const metric = { max: null, min: null, forMs: 60_000, everyMs: 15_000, samples: 3 };

describe('checks', () => {
  test('may require what an existing CI reports, with or without a command', () => {
    const alone = accepted(`${specWith('')}checks: { require: [ci/lint, ci/unit] }`);
    expect(alone.checks).toEqual({
      run: null,
      timeoutMs: 600_000,
      required: { require: ['ci/lint', 'ci/unit'], withinMs: 1_800_000 },
    });
    const both = accepted(`${specWith('')}checks: { run: npm test, require: [ci/lint], within: 2h }`);
    expect(both.checks).toMatchObject({ run: 'npm test', required: { require: ['ci/lint'], withinMs: 7_200_000 } });
  });

  test('that require nothing are as they were', () => {
    expect(accepted(`${specWith('')}checks: { run: npm test }`).checks).toEqual({
      run: 'npm test',
      timeoutMs: 600_000,
    });
  });

  test.each([
    ['checks: {}', 'checks must have run, require or both'],
    ['checks: { require: [] }', 'checks.require must name at least one of statuses'],
    ['checks: { require: [ci/lint, ci/lint] }', 'checks.require[1] names ci/lint again'],
    ['checks: { run: make, within: 5m }', 'checks.within says how long `require` waits, which is not there'],
    ['checks: { require: ["a\\nb"] }', 'checks.require[0] must be one line'],
    ['checks: { require: [""] }', 'checks.require[0] must be the name of a status, such as ci/lint'],
  ])('%s', (line, problem) => expect(problemsIn(specWith('') + line)).toEqual([problem]));
});

describe('metrics', () => {
  test('of a stage and of the verification', () => {
    const { rollout } = accepted(
      specWith(
        ', bake: 2m, metrics: [{ promql: error_rate, max: 0.01 }]',
        ', verify: { metrics: [{ name: speed, promql: "rate(x[1m])", min: 5, max: 9, for: 30s, every: 10s, samples: 4 }] }',
      ),
    );
    expect(rollout.stages[0]!.metrics).toEqual([{ ...metric, name: 'error_rate', promql: 'error_rate', max: 0.01 }]);
    expect(rollout.verify).toEqual({
      run: null,
      timeoutMs: 600_000,
      metrics: [{ name: 'speed', promql: 'rate(x[1m])', max: 9, min: 5, forMs: 30_000, everyMs: 10_000, samples: 4 }],
    });
  });

  test.each([
    ['{ promql: x }', '[0] must have max, min or both'],
    ['{ max: 1 }', '[0].promql is missing: it must be a PromQL query'],
    ['{ promql: x, max: 1, min: 2 }', '[0].min must be at most 1, its max'],
    ['{ promql: x, max: .inf }', '[0].max must be a number'],
    ['{ promql: x, max: "1" }', '[0].max must be a number'],
    ['{ promql: x, max: 1, samples: 6 }', '[0].samples is more than the 5 that one every 15s gives in 1m'],
    [`{ promql: ${'x'.repeat(61)}, max: 1 }`, '[0] must have a name: its query is too long to be shown'],
    ['{ promql: x, max: 1, for: 3m }', '[0].for must be at most 2m, the bake of the stage'],
    ['{ promql: x, max: 1 }, { promql: x, min: 0 }', '[1] another metric is called x: give it a name of its own'],
    ['{ promql: x, max: 1, every: 0s }', '[0].every must be from 1s to 10m'],
  ])('%s', (metrics, problem) => {
    const [found] = problemsIn(specWith(`, bake: 2m, metrics: [${metrics}]`));
    expect(found).toBe(`rollout.stages[0].metrics${problem}`);
  });

  test('without a bake there is no time to look', () => {
    expect(problemsIn(specWith(', metrics: [{ promql: x, max: 1 }]'))).toEqual([
      'rollout.stages[0].metrics[0].for must be at most 0ms, the bake of the stage',
    ]);
  });

  test('a verification looks at something', () => {
    expect(problemsIn(specWith('', ', verify: { timeout: 1m }'))).toEqual([
      'rollout.verify must have run, metrics or both',
    ]);
  });
});

test('a spec with gates that somebody else parsed is known to be one, and one that no spec holds is not', () => {
  const count = fc.integer({ min: 1, max: 5 });
  const bound = fc.double({ noNaN: true, noDefaultInfinity: true });
  fc.assert(
    fc.property(fc.record({ max: bound, samples: count, within: count, run: fc.boolean() }), (drawn) => {
      const spec = accepted(
        `${specWith(
          `, bake: 1m, metrics: [{ promql: x, max: ${drawn.max}, samples: ${drawn.samples} }]`,
          `, verify: { ${drawn.run ? 'run: a, ' : ''}metrics: [{ promql: y, min: ${drawn.max} }] }`,
        )}checks: { ${drawn.run ? 'run: a, ' : ''}require: [ci/a], within: ${drawn.within}m }`,
      );
      expect(parsedSpecMistake(spec)).toBeNull();
      const [stage] = spec.rollout.stages;
      const wrong = { ...stage!, metrics: [{ ...stage!.metrics![0]!, samples: 99 }] };
      expect(parsedSpecMistake({ ...spec, rollout: { ...spec.rollout, stages: [wrong] } })).toContain('samples');
    }),
  );
});
