/** `metrics` of a stage and of the verification: a PromQL query each, and its bounds. */
import { z } from 'zod';
import { countField, durationField, lineField, list, mapping, ruled, textField } from './service-spec-fields.ts';
import { metricMistakes } from './service-spec-gate-rules.ts';

const second = 1000;
const minute = 60 * second;

const boundField = z
  .number({ error: 'must be a number' })
  .refine((value) => Number.isFinite(value), 'must be a number')
  .meta({ allowed: 'number' });

const metric = ruled(
  mapping({
    name: lineField(60, 'a name that people see').optional().describe('Left out, the query itself.'),
    promql: textField(2000, 'a PromQL query').describe(
      '`$service`, `$release` and `$region` are filled in; with `$region` each region is asked for by itself.',
    ),
    max: boundField.optional().describe('More is bad.'),
    min: boundField.optional().describe('Less is bad.'),
    for: durationField(second, 60 * minute)
      .prefault('1m')
      .describe('How far back a look goes.'),
    every: durationField(second, 10 * minute)
      .prefault('15s')
      .describe('Between two samples, and between two looks.'),
    samples: countField(1, 1000)
      .prefault(3)
      .describe('So many must be out of bounds to be bad, and there to be good. Fewer: a person decides.'),
  }),
  metricMistakes,
);

export const metricsField = list(metric, 10, 'metrics');
