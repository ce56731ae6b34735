import { decideSubmit } from '../../domain/lane/lane-decisions.ts';
import { ahead, isOpen } from '../../domain/lane/lane.ts';
import { lanes } from '../activity-options/control.ts';
import type { OpenDeploymentResult } from '../../activities/lane/contract.ts';
import { refusalOf, type SubmitAnswer, type SubmitMessage } from '../messages/lane.ts';
import type { LaneRun } from './lane-run.ts';
import { answeredBefore, happened, remember } from './lane-run.ts';

type Opened = Exclude<OpenDeploymentResult, { readonly outcome: 'refused' }>;

/** Gives a request its number and its place in the queue. */
export async function submit(run: LaneRun, message: SubmitMessage): Promise<SubmitAnswer> {
  const { request, queueWhenLocked } = message;
  const before = answeredBefore(run, 'submit', request.key);
  if (before?.verb === 'submit') return { ...before.answer, outcome: 'repeated' };
  const decision = decideSubmit(run.state, { queueWhenLocked });
  if (decision.outcome === 'refuse')
    return { outcome: 'refused', code: decision.code, message: decision.message, ...refusalOf(message) };
  const opened = await lanes.openDeployment(request);
  if (opened.outcome === 'refused')
    return { outcome: 'refused', code: opened.code, message: opened.reason, ...refusalOf(message) };
  const { deployment, release, kind } = opened.deployment;
  // A repeat may be of one that has ended long ago, or of an answer that got lost on its way here.
  const isOver = opened.goesOnAs !== undefined || (opened.outcome === 'repeated' && (await hasEnded(run, deployment)));
  if (!isOver) happened(run, { kind: 'opened', deployment: opened.deployment });
  const { superseded } = opened;
  if (superseded !== undefined) happened(run, { kind: 'superseded', deployments: superseded });
  const { state } = run;
  const place = { ahead: ahead(state, deployment), lock: state.lock } as const;
  const answer = { deployment, release, kind, ...place, ...(superseded !== undefined && { superseded }) } as const;
  const accepted = { outcome: opened.outcome === 'opened' ? 'accepted' : 'repeated', ...answer } as const;
  remember(run, { verb: 'submit', key: request.key, answer: accepted });
  return accepted;
}

/** What Postgres has opened, in the lane. */
export async function takeOpened(run: LaneRun, opened: Opened): Promise<void> {
  const { deployment, goesOnAs, superseded, requeued } = opened;
  // A repeat may be of one that has ended long ago, or of an answer that got lost on its way here.
  const isOver =
    goesOnAs !== undefined || (opened.outcome === 'repeated' && (await hasEnded(run, deployment.deployment)));
  if (!isOver) happened(run, { kind: 'opened', deployment });
  if (superseded !== undefined) happened(run, { kind: 'superseded', deployments: superseded });
  if (requeued) happened(run, { kind: 'requeued', open: (await lanes.loadLane({ service: run.service })).open });
}

async function hasEnded({ service, state }: LaneRun, deployment: Parameters<typeof isOpen>[1]): Promise<boolean> {
  if (isOpen(state, deployment)) return false;
  return (await lanes.describeDeployment({ service, deployment })).state === 'ended';
}
