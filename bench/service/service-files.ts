import { sampleFiles } from '../../infra/local/demo/sample-files.ts';

export interface BenchService {
  readonly service: string;
  /** One stage: all of them at once, unless they come in turn. */
  readonly regions: readonly string[];
  /** As in slipway.yaml: `1`, `50%`. */
  readonly batches: readonly (number | string)[];
  /** Whether somebody has to approve. */
  readonly approve: boolean;
  /** A stage for each region; the last of them bakes. */
  readonly inTurn?: boolean;
  /** As in slipway.yaml: `10m`; none unless given. */
  readonly bake?: string;
  /** Half a minute unless given. */
  readonly startPeriod?: string;
  /** The spec's own default unless given. */
  readonly undoDeadline?: string;
  /** Of hosts that say nothing, as in slipway.yaml: `5s`; a minute unless given. */
  readonly absentAfter?: string;
  /** Failed hosts, as in slipway.yaml: `5%`; the spec's own default unless given. */
  readonly budget?: string;
  /** Whether an undo locks the service: unless given, as a spec that says nothing of it. */
  readonly lockAfter?: boolean;
}

/** Path → content of a service: one file of plain Node, so that nothing has to be fetched to build it. */
export const serviceFiles = (service: BenchService): Readonly<Record<string, string>> => ({
  'slipway.yaml': specOf(service),
  'server.mjs': sampleFiles({ greeting: 'hello', health: 200 }, service.regions)['server.mjs']!,
});

function specOf(spec: BenchService): string {
  const { service, approve, startPeriod, undoDeadline, absentAfter, budget, lockAfter } = spec;
  const lines = [
    `service: ${service}`,
    'build: { run: mkdir -p dist && cp server.mjs dist/, output: dist, timeout: 1m }',
    'run: { command: [node, server.mjs], on: { role: web } }',
    `health: { http: /healthz, startPeriod: ${startPeriod ?? '30s'}, interval: 1s, healthyAfter: 1, unhealthyAfter: 3 }`,
    ...(approve ? ['approve: { quorum: 1, roles: [release-owner], expires: 1h }'] : []),
    'rollout:',
    `  absentAfter: ${absentAfter ?? '1m'}`,
    ...(undoDeadline === undefined ? [] : [`  undoDeadline: ${undoDeadline}`]),
    '  stages:',
    ...stagesOf(spec),
    ...(budget === undefined ? [] : [`  budget: { failed: ${budget}, cap: 50 }`]),
    ...(lockAfter === undefined ? [] : [`rollback: { automatic: true, lockAfter: ${lockAfter} }`]),
  ];
  return `${lines.join('\n')}\n`;
}

function stagesOf({ regions, batches, inTurn = false, bake = '0s' }: BenchService): readonly string[] {
  const stages = inTurn
    ? regions.map((region) => ({ name: region, of: region }))
    : [{ name: 'world', of: regions.join(', ') }];
  return stages.map(({ name, of }, index) => {
    const watch = index === stages.length - 1 ? bake : '0s';
    return `    - { name: ${name}, regions: [${of}], batches: [${batches.join(', ')}], bake: ${watch} }`;
  });
}
