/** Rules between the fields of gates: checks, and metrics of a stage and of the verification. Durations in ms. */
import { durationText } from './quantities.ts';
import type { RuleMistake } from './service-spec-rules.ts';

interface WrittenMetric {
  readonly name?: string | undefined;
  readonly promql: string;
  readonly max?: number | undefined;
  readonly min?: number | undefined;
  readonly for: number;
  readonly every: number;
  readonly samples: number;
}

export const defaultWithinMs = 30 * 60_000;

export function checksMistakes(checks: {
  readonly run?: string | undefined;
  readonly require?: readonly string[] | undefined;
  readonly within?: number | undefined;
}): readonly RuleMistake[] {
  const { run, require, within } = checks;
  if (run === undefined && require === undefined) return [{ path: [], message: 'must have run, require or both' }];
  if (require === undefined)
    return within === undefined
      ? []
      : [{ path: ['within'], message: 'says how long `require` waits, which is not there' }];
  return require.flatMap((context, index) =>
    require.indexOf(context) === index ? [] : [{ path: ['require', index], message: `names ${context} again` }],
  );
}

export function metricMistakes(metric: WrittenMetric): readonly RuleMistake[] {
  const { max, min, samples, every, name, promql } = metric;
  if (name === undefined && !/^.{1,60}$/.test(promql))
    return [{ path: [], message: 'must have a name: its query is too long to be shown' }];
  if (max === undefined && min === undefined) return [{ path: [], message: 'must have max, min or both' }];
  if (max !== undefined && min !== undefined && min > max)
    return [{ path: ['min'], message: `must be at most ${max}, its max` }];
  const most = Math.floor(metric.for / every) + 1;
  if (samples <= most) return [];
  const message = `is more than the ${most} that one every ${durationText(every)} gives in ${durationText(metric.for)}`;
  return [{ path: ['samples'], message }];
}

/** A look must not reach back before the release was there. */
export function stageMistakes(stage: {
  readonly bake: number;
  readonly metrics?: readonly WrittenMetric[] | undefined;
}): readonly RuleMistake[] {
  const { bake, metrics = [] } = stage;
  return [
    ...namesMistakes(metrics),
    ...metrics.flatMap((metric, index) =>
      metric.for <= bake
        ? []
        : [
            {
              path: ['metrics', index, 'for'],
              message: `must be at most ${durationText(bake)}, the bake of the stage`,
            },
          ],
    ),
  ];
}

export function verifyMistakes(verify: {
  readonly run?: string | undefined;
  readonly metrics?: readonly WrittenMetric[] | undefined;
}): readonly RuleMistake[] {
  if (verify.run === undefined && verify.metrics === undefined)
    return [{ path: [], message: 'must have run, metrics or both' }];
  return namesMistakes(verify.metrics ?? []);
}

function namesMistakes(metrics: readonly WrittenMetric[]): readonly RuleMistake[] {
  const names = metrics.map(({ name, promql }) => name ?? promql);
  return names.flatMap((name, index) =>
    names.indexOf(name) === index
      ? []
      : [{ path: ['metrics', index], message: `another metric is called ${name}: give it a name of its own` }],
  );
}
