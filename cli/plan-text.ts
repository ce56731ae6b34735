import { isIncompatible, leftBehindText } from '../domain/hook/left-behind.ts';
import { hookLines } from '../domain/progress/hook-text.ts';
import { lockText } from '../domain/progress/lock-text.ts';
import { emergencyText, quorumText, rollbackText } from '../domain/plan/policy-text.ts';
import { counted, lasted } from '../domain/progress/plain-text.ts';
import type { DeploymentPlan } from '../protocol/api/plan.ts';
import { durationText } from '../protocol/quantities.ts';
import { checksText, metricCells, verifyText } from './gate-text.ts';
import { sizeText } from './size-text.ts';
import { textTable } from './text-table.ts';

/** What a deployment would do: heading, stages, and what must agree. */
export function planLines(plan: DeploymentPlan): string[] {
  const { service, from, release, commit, totalBytes, lock, ahead } = plan;
  const size = totalBytes === null ? '' : `, ${sizeText(totalBytes)}`;
  const rows = [
    ...plan.stages.flatMap((stage, index) => [stageCells(stage, index), ...metricCells(stage.metrics)]),
    ...hookLines(plan.hooks).map(([label, text]) => [`hooks ${label}`, text]),
    ['approval', approvalText(plan.approval)],
    ...(plan.irreversible ?? []).map((text) => ['no way back', text]),
    ...(plan.leftBehind ?? [])
      .filter((each) => !isIncompatible(each))
      .map((each) => ['before it', leftBehindText(each)]),
    ['checks', checksText(plan.checks, plan.requiredChecks)],
    ['verify', verifyText(plan.verify, plan.verifyMetrics ?? [])],
    ['health', plan.health],
    ['budget', budgetText(plan.budget)],
    ...plan.judge.flatMap(judgeCells),
    ...(plan.window === undefined ? [] : [['window', `stages begin ${plan.window}`]]),
    ['rollback', rollbackText(plan.rollback, plan)],
    ['time', timeText(plan)],
    ...(ahead === 0 ? [] : [['queue', `behind ${counted(ahead, 'deployment')}`]]),
    ...(plan.waits ?? []).map((text) => ['waits', text]),
    ...(plan.reverted === null ? [] : [['reverted', `${plan.reverted}: refused unless --although-reverted`]]),
    ...(lock === null ? [] : [['lock', lockText(lock)]]),
  ];
  return [
    `${service} ${from === null ? 'nothing' : `@${from}`} → @${release}   "${commit.subject}", ${commit.authors.join(', ') || 'nobody'}, ${commit.id.slice(0, 7)}${size}`,
    ...textTable(rows).map((line) => ` ${line}`),
    `plan ${plan.digest}   nothing was touched.`,
  ];
}

/** A line for each part of the sentence. */
const judgeCells = ({ hosts, rule }: DeploymentPlan['judge'][number]): string[][] =>
  rule.split('; ').map((part, index) => [index === 0 ? hosts : '', part]);

function stageCells(
  { name, regions, batches, bakeMs, approve }: DeploymentPlan['stages'][number],
  index: number,
): string[] {
  const known = regions.flatMap(({ hosts }) => (hosts === null ? [] : [hosts]));
  const hosts = counted(
    known.reduce((sum, each) => sum + each, 0),
    'host',
  );
  const unknown = regions.length - known.length;
  const where = regions.length === 1 ? regions[0]!.region : `${regions.length} regions`;
  const count = known.length === 0 ? 'hosts not known' : `${hosts}${unknown === 0 ? '' : `, ${unknown} not reported`}`;
  const bake = bakeMs === 0 ? '' : `, bake ${durationText(bakeMs)}`;
  const asked = approve === undefined ? '' : `, after ${quorumText(approve)}`;
  return [`${index + 1} ${name}`, `${where}, ${count}: ${batches.join(', ')}${bake}${asked}`];
}

const approvalText = (approval: DeploymentPlan['approval']): string =>
  approval === null
    ? 'nobody is asked'
    : `${quorumText(approval)}, within ${durationText(approval.expiresMs)}; ${emergencyText(approval)}`;

const budgetText = ({ failedPercent, cap }: DeploymentPlan['budget']): string =>
  `failed ${failedPercent} % of switched${cap === null ? '' : `, at most ${counted(cap, 'host')}`}`;

function timeText({ tookMs, approval }: DeploymentPlan): string {
  if (tookMs === null) return 'not known: none has succeeded yet';
  const { least, most, count } = tookMs;
  const range = lasted(least) === lasted(most) ? lasted(most) : `${lasted(least)} to ${lasted(most)}`;
  return `${range}${approval === null ? '' : ' after approval'}${count === 1 ? ', as the last time' : ` (last ${count ?? 10})`}`;
}
