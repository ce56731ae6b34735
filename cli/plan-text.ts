import { isIncompatible, leftBehindText } from '../domain/hook/left-behind.ts';
import { hookLines } from '../domain/progress/hook-text.ts';
import { lockText } from '../domain/progress/lock-text.ts';
import { emergencyText, quorumText, rollbackText } from '../domain/plan/policy-text.ts';
import { counted, lasted } from '../domain/progress/plain-text.ts';
import type { DeploymentPlan } from '../protocol/api/plan.ts';
import { durationText } from '../protocol/quantities.ts';
import { checksText, metricCells, verifyText } from './gate-text.ts';
import { stageCells } from './plan-stage-text.ts';
import { sizeText } from './size-text.ts';
import { textTable } from './text-table.ts';

/** What a deployment would do: heading, stages, and what must agree. */
export function planLines(plan: DeploymentPlan): string[] {
  const { service, from, release, commit, totalBytes, lock, ahead } = plan;
  const size = totalBytes === null ? '' : `, ${sizeText(totalBytes)}`;
  const rows = [
    ...plan.stages.flatMap((stage, index) => [...stageCells(plan, stage, index), ...metricCells(stage.metrics)]),
    ...hookLines(plan.hooks).map(([label, text]) => [`hooks ${label}`, text]),
    ['approval', approvalText(plan.approval)],
    ...(plan.irreversible ?? []).map((text) => ['no way back', text]),
    ...(plan.drained === undefined
      ? []
      : [['left out', `${plan.drained.join(', ')}: being drained, nothing new begins there`]]),
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
