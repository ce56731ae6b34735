import { cap } from '../verdict/right-ends.ts';
import { absentAfterMs, batchTimeoutMs, undoDeadlineMs, type FleetRun } from '../scenario/scenario.ts';

/** Path → content of a run's service in its first commit. All hosts of a region are to have it. */
export const firstFiles = (run: FleetRun, region: string): Readonly<Record<string, string>> => ({
  'slipway.yaml': specOf({ ...run, batches: [1, '100%'], budgetPercent: 50, bakeMs: 0 }, region),
  'server.mjs': 'first\n',
});

/** In the second. */
export const secondFiles = (run: FleetRun, region: string): Readonly<Record<string, string>> => ({
  'slipway.yaml': specOf(run, region),
  'server.mjs': 'second\n',
});

function specOf({ service, batches, budgetPercent, bakeMs }: FleetRun, region: string): string {
  const lines = [
    `service: ${service}`,
    'build: { run: mkdir -p dist && cp server.mjs dist/, output: dist, timeout: 1m }',
    `run: { command: [node, server.mjs], on: { run: ${service} } }`,
    'health: { http: /healthz, startPeriod: 30s, interval: 1s, healthyAfter: 1, unhealthyAfter: 3 }',
    'rollout:',
    `  absentAfter: ${absentAfterMs / 1_000}s`,
    `  batchTimeout: ${batchTimeoutMs / 1_000}s`,
    `  undoDeadline: ${undoDeadlineMs / 1_000}s`,
    '  stages:',
    `    - { name: world, regions: [${region}], batches: [${batches.join(', ')}], bake: ${bakeMs / 1_000}s }`,
    `  budget: { failed: ${budgetPercent}%, cap: ${cap} }`,
    'rollback: { automatic: true, lockAfter: false }',
  ];
  return `${lines.join('\n')}\n`;
}
