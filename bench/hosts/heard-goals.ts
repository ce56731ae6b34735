import { readFileSync } from 'node:fs';
import { inBatch } from '../../domain/goal/batch-order.ts';
import type { GoalMode } from '../../domain/goal/goal.ts';
import type { HostEvent } from '../../domain/host/events.ts';
import type { HostId } from '../../domain/names.ts';
import type { DeploymentRef } from '../service/follow-deployment.ts';
import type { BenchStack } from '../stack/bench-stack.ts';
import { lightHostLogs } from './light-hosts.ts';

/** One goal that one light host has taken up; by the machine's clock. */
export interface HeardGoal {
  readonly heard: true;
  readonly host: string;
  readonly service: string;
  readonly deployment: number;
  readonly step: string;
  readonly mode: GoalMode;
  readonly atMs: number;
  /** Whether it lets this host run what is coming. */
  readonly allowed: boolean;
  /** Since it was signed. */
  readonly tookMs: number;
}

/** A line for each goal. */
export const logHeardGoal =
  (write: (line: string) => void) =>
  (host: HostId, { service, goal, atMs }: Extract<HostEvent, { readonly type: 'goalSeen' }>): void => {
    const { mode, step, attempt, issuedAt } = goal.goal;
    const tookMs = atMs - Date.parse(issuedAt);
    const allowed = inBatch(goal.goal, { host, position: goal.position });
    const of = { service, deployment: attempt.deployment, step, mode };
    const line: HeardGoal = { heard: true, host, ...of, allowed, atMs, tookMs };
    write(`${JSON.stringify(line)}\n`);
  };

/** All goals of a deployment that light hosts of a region have heard, in the order in which each process heard them. */
export const heardGoals = (stack: BenchStack, region: string, ref: DeploymentRef): readonly HeardGoal[] =>
  lightHostLogs(stack, region)
    .flatMap((file) => readFileSync(file, 'utf8').split('\n').slice(0, -1)) // the last line is still being written
    .filter((line) => line.startsWith('{"heard":'))
    .map((line) => JSON.parse(line) as HeardGoal)
    .filter(({ service, deployment }) => service === ref.service && deployment === ref.deployment);

/** When each light host of a region first heard that a deployment is undone. */
export function heardUndo(stack: BenchStack, region: string, ref: DeploymentRef): ReadonlyMap<string, number> {
  const first = new Map<string, number>();
  for (const { host, mode, atMs } of heardGoals(stack, region, ref))
    if (mode === 'undo' && !first.has(host)) first.set(host, atMs);
  return first;
}
