import { requiredChecksText } from '../../../domain/gate/required-checks.ts';
import type { DeploymentPlan } from '../../../protocol/api/plan.ts';
import { line } from './dialog-words.ts';

type Gated = Pick<DeploymentPlan, 'requiredChecks' | 'stages' | 'verifyMetrics'>;

/** What must agree beside people and hosts; no line when nothing must. */
export function gatesLines({ requiredChecks, stages, verifyMetrics = [] }: Gated) {
  const gates = [
    ...(requiredChecks === undefined ? [] : [`checks: ${requiredChecksText(requiredChecks)}`]),
    ...stages.flatMap(({ name, metrics = [] }) => metrics.map((metric) => `${name}: ${metric}`)),
    ...verifyMetrics.map((metric) => `at the end: ${metric}`),
  ];
  return gates.length === 0 ? [] : [line('Gates', `${gates.join('; ')}.`)];
}
