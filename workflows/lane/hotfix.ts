import { isUnderWay, makesWay } from '../../domain/lane/hotfix.ts';
import type { MakesWay } from '../../domain/lane/hotfix.ts';
import { isOpen } from '../../domain/lane/lane.ts';
import { lanes } from '../activity-options/control.ts';
import { refusalOf, type HotfixAnswer, type HotfixMessage } from '../messages/lane.ts';
import { abort, standingOfActive } from './abort-active.ts';
import type { LaneRun } from './lane-run.ts';
import { answeredBefore, remember } from './lane-run.ts';
import { takeOpened } from './submit.ts';

/** Puts a release before all that waits but rollbacks, and has what is active make way for it. */
export async function hotfix(run: LaneRun, message: HotfixMessage): Promise<HotfixAnswer> {
  const { key, release } = message;
  const before = answeredBefore(run, 'hotfix', key);
  if (before?.verb === 'hotfix') return { ...before.answer, outcome: 'repeated' };
  const underWay = isUnderWay(run.state, release);
  if (underWay !== null) return accepted('repeated', run, underWay.deployment, null);
  const { service } = run;
  const { by, reason, althoughReverted, traceparent } = message;
  const source = {
    from: 'person',
    person: by,
    release,
    reason,
    ...(althoughReverted && { althoughReverted }),
  } as const;
  const { active } = run.state;
  const way = active === null ? {} : { makesWay: { of: active.deployment, hold: message.hold } };
  const request = { key, service, kind: 'rollout', hotfix: true, source, traceparent, ...way } as const;
  const opened = await lanes.openDeployment(request);
  if (opened.outcome === 'refused')
    return { outcome: 'refused', code: opened.code, message: opened.reason, ...refusalOf(message) };
  await takeOpened(run, opened);
  const { deployment } = opened.deployment;
  // A late copy of the request must not stop what came after it.
  const waits = run.state.active?.deployment !== deployment && isOpen(run.state, deployment);
  const made = waits ? makesWay(run.state, { ...(await standingOfActive(run)), hold: message.hold }) : null;
  if (made !== null && made.how !== 'awaited') await makeWay(run, made, message, deployment);
  const { superseded } = opened;
  const outcome = opened.outcome === 'opened' ? 'accepted' : 'repeated';
  const answer = { ...accepted(outcome, run, deployment, made), ...(superseded && { superseded }) };
  remember(run, { verb: 'hotfix', key, answer });
  return answer;
}

async function makeWay(
  run: LaneRun,
  { deployment: { deployment } }: MakesWay,
  { by, reason, hold }: HotfixMessage,
  hotfixed: number,
): Promise<void> {
  const why = `hotfix ${run.service}/${hotfixed}: ${reason}`.slice(0, 500);
  // Also what has done nothing yet is told which was asked for: it may begin before it hears this.
  await abort(run, deployment, { by, reason: why, hold });
}

const accepted = (
  outcome: 'accepted' | 'repeated',
  { state: { lock } }: LaneRun,
  deployment: Extract<HotfixAnswer, { deployment: unknown }>['deployment'],
  way: MakesWay | null,
) => ({
  outcome,
  deployment,
  active: way === null ? null : { deployment: way.deployment.deployment, how: way.how },
  lock,
});
