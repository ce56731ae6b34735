import { decideRollback } from '../../domain/lane/lane-decisions.ts';
import { patched } from '@temporalio/workflow';
import { isOpen, type LaneLock, type OpenDeployment } from '../../domain/lane/lane.ts';
import { lockedToo } from '../../domain/lane/lock-rules.ts';
import type { DeploymentNumber } from '../../domain/names.ts';
import { lanes } from '../activity-options/control.ts';
import { refusalOf, type RollbackAnswer, type RollbackMessage } from '../messages/lane.ts';
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
  if (answer.outcome === 'refused') return { ...answer, ...refusalOf(message) };
  remember(run, { verb: 'rollback', key, answer });
  return answer;
}

type Requested = Pick<RollbackMessage, 'by' | 'reason' | 'key' | 'traceparent' | 'to' | 'regions'>;

async function rollBack(run: LaneRun, message: RollbackMessage): Promise<RollbackAnswer> {
  const { by, reason, key, traceparent } = message;
  const named = message.to !== undefined || message.regions !== undefined;
  const asked = { by, reason, key, to: message.to, named, limited: message.regions !== undefined };
  const decision = decideRollback(run.state, { ...asked, at: now(), reach: await reachOfActive(run) });
  if (decision.do === 'refuse') return refused(whyUnderWay(run, decision.deployment), 'refused');
  if (decision.do === 'await') return { outcome: 'repeated', deployment: decision.deployment.deployment };
  if (decision.do === 'abort') {
    const { deployment } = decision.deployment;
    await shut(run, decision.lock, message);
    run.rollback = { of: deployment, opened: null, by, reason, key, traceparent };
    // Before the abort: once that is under way nobody else knows of it. Not in histories of the version before.
    if (patched('rollback-is-recorded'))
      await lanes.recordRollback({ service: run.service, of: deployment, rollback: run.rollback });
    await abort(run, deployment, becauseOf(message));
    return { outcome: 'undoing', deployment };
  }
  const { cancel, finishing, lock } = decision;
  const about = { finishing: finishing?.deployment, cancels: cancel?.deployment, named };
  const opened = await open(run, message, lock, about);
  // A late copy of the request, whose rollback has ended, must not stop what came after it.
  if (cancel !== null && opened.outcome === 'accepted' && isOpen(run.state, opened.deployment)) {
    run.rollback = { of: cancel.deployment, opened: opened.deployment, by, reason, key, traceparent, named };
    await abort(run, cancel.deployment, becauseOf(message));
  }
  return opened;
}

interface About {
  readonly finishing?: DeploymentNumber | undefined;
  readonly cancels?: DeploymentNumber | undefined;
  readonly named?: boolean;
}

/** Opens a rollback to what ran before, or where it was asked to go; nothing waits for it to start. */
export async function open(
  run: LaneRun,
  message: Requested,
  lock: LaneLock,
  { finishing, cancels, named }: About,
): Promise<RollbackAnswer> {
  const { service } = run;
  const { by, reason, key, traceparent, to, regions } = message;
  const asked = { ...(to !== undefined && { to }), ...(regions && { regions }) };
  const target = await lanes.findRollbackTarget({ service, ...(finishing !== undefined && { finishing }), ...asked });
  if (target.refused !== undefined) return refused(target.refused, 'refused');
  const { release, further, regions: only = regions } = target;
  if (release === null) return refused('no release ran before this one, or none that may still run');
  const limits = { ...(only && { regions: only }), ...(further && { further }) };
  const source = { from: 'person', person: by, release, reason, ...limits } as const;
  const request = { key, service, kind: 'rollback', source, traceparent, ...(cancels && { cancels, named }) } as const;
  const opened = await lanes.openDeployment(request);
  if (opened.outcome === 'refused') return refused(opened.reason);
  await shut(run, lock, message);
  happened(run, { kind: 'opened', deployment: opened.deployment });
  if (opened.requeued) happened(run, { kind: 'requeued', open: (await lanes.loadLane({ service })).open });
  return { outcome: 'accepted', deployment: opened.deployment.deployment };
}

type Refusal = Extract<RollbackAnswer, { readonly outcome: 'refused' }>;

const refused = (message: string, code: Refusal['code'] = 'nothing-to-roll-back-to'): Refusal => ({
  outcome: 'refused',
  code,
  message,
});

const whyUnderWay = ({ service }: LaneRun, { deployment, kind }: OpenDeployment): string =>
  kind === 'rollback'
    ? `${service}/${deployment} is a rollback already, to another release or other regions: abort it first, or wait for its end`
    : `${service}/${deployment} has touched a region: abort it first, or roll back to what ran before, in all regions`;

const repeated = (answer: RollbackAnswer): RollbackAnswer =>
  answer.outcome === 'accepted' ? { ...answer, outcome: 'repeated' } : answer;

async function shut(run: LaneRun, added: LaneLock, { by, reason, key }: Requested): Promise<void> {
  const { lock: before } = run.state;
  const lock = lockedToo(before, added);
  // A lock with an end was left as it is in histories of the version before.
  if (lock === null || (before !== null && !patched('lock-outlives-its-end'))) return;
  await recordLock(run, { lock, by, reason, key });
}

export const becauseOf = ({ by, reason }: Pick<RollbackMessage, 'by' | 'reason'>) => ({
  by,
  reason: reason === '' ? 'rollback' : `rollback: ${reason}`,
  hold: false,
});
