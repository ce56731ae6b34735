import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { GoalMode } from '../../domain/goal/goal.ts';
import type { HostEvent } from '../../domain/host/events.ts';
import type { HostId } from '../../domain/names.ts';
import type { DeploymentRef } from '../service/follow-deployment.ts';
import type { BenchStack } from '../stack/bench-stack.ts';
import { lightHostsOf } from './light-hosts.ts';

/** One goal that one light host has taken up; by the machine's clock. */
export interface HeardGoal {
  readonly heard: true;
  readonly host: string;
  readonly service: string;
  readonly deployment: number;
  readonly mode: GoalMode;
  readonly atMs: number;
}

/** A line for each goal that stops something: the others are many, and nobody asks when they came. */
export const logHeardGoal =
  (write: (line: string) => void) =>
  (host: HostId, { service, goal, atMs }: Extract<HostEvent, { readonly type: 'goalSeen' }>): void => {
    const { mode, attempt } = goal.goal;
    if (mode === 'advance') return;
    const line: HeardGoal = { heard: true, host, service, deployment: attempt.deployment, mode, atMs };
    write(`${JSON.stringify(line)}\n`);
  };

/** When each light host of a region first heard that a deployment is undone. */
export function heardUndo({ shape }: BenchStack, region: string, ref: DeploymentRef): ReadonlyMap<string, number> {
  const text = readFileSync(path.join(shape.data.logs, `${lightHostsOf(region)}.log`), 'utf8');
  const lines = text.split('\n').slice(0, -1); // what follows the last end of line is still being written
  const heard = lines
    .filter((line) => line.startsWith('{"heard":'))
    .map((line) => JSON.parse(line) as HeardGoal)
    .filter(({ service, deployment }) => service === ref.service && deployment === ref.deployment)
    .filter(({ mode }) => mode === 'undo');
  const first = new Map<string, number>();
  for (const { host, atMs } of heard) if (!first.has(host)) first.set(host, atMs);
  return first;
}
