import { gateText } from '../../domain/gate/metric-text.ts';
import { hookLines } from '../../domain/progress/hook-text.ts';
import { approvalWanted, irreversible } from '../../domain/hook/irreversible.ts';
import { rollbackText } from '../../domain/plan/policy-text.ts';
import type { ServiceSpec } from '../../domain/spec/service-spec.ts';
import { counted } from '../../domain/progress/plain-text.ts';
import { durationText, shareText } from '../../protocol/quantities.ts';
import { checksText, metricCells, verifyText } from '../gate-text.ts';
import { textTable } from '../text-table.ts';

/** What a release with this spec would go through, in order. */
export function specLines(spec: ServiceSpec): string[] {
  const { build, checks, run, on, rollout, rollback } = spec;
  const labels = Object.entries(on).map(([name, value]) => `${name}=${value}`);
  const { budget, verify } = rollout;
  return textTable([
    [
      'build',
      `${build.run ?? 'nothing to build'}; what is released: ${build.output === '.' ? 'the whole folder' : build.output}`,
    ],
    ['checks', checksText(checks?.run ?? null, checks?.required)],
    ['approval', approvalText(approvalWanted(spec))],
    ...irreversible(spec).map((text) => ['no way back', text]),
    ...hookLines(spec.hooks).map(([label, text]) => [`hooks ${label}`, text]),
    ...rollout.stages.flatMap((stage, index) => [
      stageCells(stage, index),
      ...metricCells(stage.metrics?.map(gateText)),
    ]),
    ['run', `${run.command.join(' ')}   on ${labels.length === 0 ? 'every host' : `hosts with ${labels.join(', ')}`}`],
    ['health', healthText(spec.health)],
    ['budget', `failed ${budget.failedPercent} % of switched hosts, at most ${counted(budget.cap, 'host')}`],
    ['verify', verifyText(verify?.run ?? null, (verify?.metrics ?? []).map(gateText))],
    ['rollback', rollbackText(rollback, spec)],
  ]).map((line) => ` ${line}`);
}

const approvalText = (approve: ServiceSpec['approve']): string =>
  approve === null
    ? 'nobody is asked'
    : `${approve.quorum} of ${approve.roles.join(' or ')}, within ${durationText(approve.expiresMs)}`;

function stageCells({ name, regions, batches, bakeMs }: ServiceSpec['rollout']['stages'][number], index: number) {
  const bake = bakeMs === 0 ? '' : `, then bake ${durationText(bakeMs)}`;
  return [`${index + 1} ${name}`, `${regions.join(', ')}: ${batches.map(shareText).join(', ')}${bake}`];
}

function healthText({
  intervalMs,
  healthyAfter,
  unhealthyAfter,
  startPeriodMs,
  ...health
}: ServiceSpec['health']): string {
  const often = `every ${durationText(intervalMs)}, healthy after ${healthyAfter}, unhealthy after ${unhealthyAfter}`;
  return `${kindText(health)} ${often}; started within ${durationText(startPeriodMs)}`;
}

function kindText({ http, tcp, command }: Pick<ServiceSpec['health'], 'http' | 'tcp' | 'command'>): string {
  if (http !== undefined) return `GET ${http}`;
  if (command !== undefined) return command.join(' ');
  return tcp ? 'a connection' : 'its process';
}
