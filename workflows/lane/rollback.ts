import type { ActiveReach } from '../../domain/lane/lane-decisions.ts';
import { decideRollback } from '../../domain/lane/lane-decisions.ts';
import type { LaneLock } from '../../domain/lane/lane.ts';
import { followUp } from '../../domain/lane/rollback-follow-up.ts';
import type { DeploymentNumber } from '../../domain/names.ts';
import type { DeploymentOutcome } from '../../domain/states.ts';
import { lanes } from '../activity-options/control.ts';
import type { RollbackAnswer, RollbackMessage } from '../messages/lane.ts';
import { now } from '../now.ts';
import { abort, reachOfActive } from './abort-active.ts';
import type { LaneRun } from './lane-run.ts';
import { answeredBefore, happened, remember } from './lane-run.ts';
import { recordLock } from './record-lock.ts';

/** Brings the service back by one release: by the undo of what is active, or by a deployment of kind `rollback`. */
export async function rollback(run: LaneRun, message: RollbackMessage): Promise<RollbackAnswer> {
  const { key } = message;
  const before = answeredBefore(run, 'rollback', key);
  if (before?.verb === 'rollback') return repeated(before.answer);
  const answer = await rollBack(run, message);
  if (answer.outcome !== 'refused') remember(run, { verb: 'rollback', key, answer });
  return answer;
}

type Requested = Pick<RollbackMessage, 'by' | 'reason' | 'key' | 'traceparent'>;

async function rollBack(run: LaneRun, message: RollbackMessage): Promise<RollbackAnswer> {
  const { by, reason, key, traceparent } = message;
  const decision = decideRollback(run.state, { by, reason, at: now(), reach: await reachOfActive(run) });
  if (decision.do === 'await') return { outcome: 'repeated', deployment: decision.deployment.deployment };
  if (decision.do === 'abort') {
    const { deployment } = decision.deployment;
    await shut(run, decision.lock, message);
    run.rollback = { of: deployment, opened: null, by, reason, key, traceparent };
    await abort(run, deployment, becauseOf(message));
    return { outcome: 'undoing', deployment };
  }
  const { cancel, finishing, lock } = decision;
  const opened = await open(run, message, lock, finishing?.deployment);
  if (cancel !== null && opened.outcome === 'accepted') {
    run.rollback = { of: cancel.deployment, opened: opened.deployment, by, reason, key, traceparent };
    await abort(run, cancel.deployment, becauseOf(message));
  }
  return opened;
}

async function open(
  run: LaneRun,
  message: Requested,
  lock: LaneLock,
  finishing: DeploymentNumber | undefined,
): Promise<RollbackAnswer> {
  const { service } = run;
  const { by, reason, key, traceparent } = message;
  const { release } = await lanes.findRollbackTarget(finishing === undefined ? { service } : { service, finishing });
  if (release === null) return refused('no release ran before this one, or none that may still run');
  const source = { from: 'person', person: by, release, reason } as const;
  const opened = await lanes.openDeployment({ key, service, kind: 'rollback', source, traceparent });
  if (opened.outcome === 'refused') return refused(opened.reason);
  await shut(run, lock, message);
  happened(run, { kind: 'opened', deployment: opened.deployment });
  if (opened.requeued) happened(run, { kind: 'requeued', open: (await lanes.loadLane({ service })).open });
  return { outcome: 'accepted', deployment: opened.deployment.deployment };
}

const refused = (message: string): RollbackAnswer => ({ outcome: 'refused', code: 'nothing-to-roll-back-to', message });

const repeated = (answer: RollbackAnswer): RollbackAnswer =>
  answer.outcome === 'accepted' ? { ...answer, outcome: 'repeated' } : answer;

async function shut(run: LaneRun, lock: LaneLock, { by, reason, key }: Requested): Promise<void> {
  if (run.state.lock !== null) return;
  await recordLock(run, { lock, by, reason, key });
}

const becauseOf = ({ by, reason }: RollbackMessage) => ({
  by,
  reason: reason === '' ? 'rollback' : `rollback: ${reason}`,
  hold: false,
});

/** Corrects what was decided while the deployment still went on. */
export async function afterEnd(
  run: LaneRun,
  deployment: DeploymentNumber,
  { outcome, reach }: { readonly outcome: DeploymentOutcome; readonly reach: ActiveReach },
): Promise<void> {
  const pending = run.rollback;
  if (pending?.of !== deployment) return;
  run.rollback = null;
  const next = followUp(pending, outcome, reach);
  if (next === 'cancel' && pending.opened !== null) {
    const { by } = pending;
    const reason = `${run.service}/${deployment} was undone instead`;
    await lanes.cancelDeployment({ service: run.service, deployment: pending.opened, by, reason });
    happened(run, { kind: 'ended', deployment: pending.opened, lock: null });
  }
  if (next === 'open') {
    const { lock } = run.state;
    await open(run, pending, lock ?? { owner: pending.by, reason: 'rollback', since: now() }, undefined);
  }
}
