import type { DeploymentRequest } from '../../activities/lane/contract.ts';
import { deploymentNumber, releaseNumber } from '../../domain/names.ts';
import type { LockMessage, SubmitMessage, WithdrawMessage } from '../../workflows/messages/lane.ts';
import { laneQuery, submitUpdate } from '../../workflows/messages/lane.ts';
import type { WorkflowWorld } from './environment.ts';
import { until } from './environment.ts';
import type { ServiceWorld } from './service-world.ts';
import { eu } from './service-world.ts';

const merge = {
  from: 'merge',
  commit: 'c'.repeat(40),
  before: 'b'.repeat(40),
  branch: 'main',
  authors: ['lin'],
  pusher: 'lin',
  subject: 's',
} as const;
/** Of another commit than those of `submission`. */
export const newerMerge = (digit: string) => ({ ...merge, commit: digit.repeat(40) });
export const person = (release: number) =>
  ({ from: 'person', person: 'ada', release: releaseNumber(release), reason: null }) as const;

export function submission(
  { service }: ServiceWorld,
  key: string,
  source: DeploymentRequest['source'] = merge,
): { args: [SubmitMessage] } {
  const request = { key, service, kind: 'rollout', source, traceparent: null } as const;
  return { args: [{ request, queueWhenLocked: source.from === 'merge' }] };
}

export const keyed = (key: string, reason = ''): { args: [LockMessage] } => ({ args: [{ by: 'ada', reason, key }] });

export const withdrawal = (deployment: number, key: string): { args: [WithdrawMessage] } => ({
  args: [{ deployment: deploymentNumber(deployment), by: 'ada', reason: 'not today', key }],
});

/** Deployment 1 is open in Postgres; no workflow runs it. */
export function wasStarted(fresh: ServiceWorld, started = true): void {
  const { request } = submission(fresh, 'old').args[0];
  const [deployment, release] = [deploymentNumber(1), releaseNumber(1)];
  fresh.rows.push({ deployment, release, kind: 'rollout', key: 'old', started, runId: null, request, outcome: null });
}

/** The lane of a new service, and what tests ask of it. */
export async function openedLane(world: WorkflowWorld, name: string, script: (fresh: ServiceWorld) => void) {
  const service = world.service(name);
  script(service);
  const handle = await world.openLane(service);
  const submit = (key: string, source?: DeploymentRequest['source']) =>
    handle.executeUpdate(submitUpdate, submission(service, key, source));
  const status = () => handle.query(laneQuery);
  const ended = (deployment: number) => until(() => (service.rows[deployment - 1]?.outcome ?? null) !== null);
  return { service, handle, submit, status, ended };
}

/** The first deployment waits in its canary until the gate is opened. */
export const canaryWaits = (service: ServiceWorld) => void service.regions[eu]!.gate('watch:1');
export const inCanary = (service: ServiceWorld) => until(() => service.regions[eu]!.gate('watch:1').waiting() > 0);
