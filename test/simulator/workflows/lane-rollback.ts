/** Mirrors workflows/lane: rollback.ts and follow-up.ts. */
import type { ActiveReach } from '../../../domain/lane/lane-decisions.ts';
import type { LaneLock } from '../../../domain/lane/lane.ts';
import type { DeploymentNumber, ReleaseNumber } from '../../../domain/names.ts';
import type { DeploymentOutcome } from '../../../domain/states.ts';
import type { Described, loadLane, Opened } from '../centre/lane-records.ts';
import type { Decisions } from '../decisions.ts';
import { activity } from '../engine/work.ts';
import type { Work } from '../engine/work.ts';
import type { Outside } from '../engine/workflow.ts';
import { deploymentId } from '../world/names.ts';
import { happened, remember } from './lane-run.ts';
import type { LaneRun } from './lane-run.ts';

interface Parts {
  readonly load: () => Work<unknown>;
  readonly recordLock: (lock: LaneLock | null, key: string) => Work<void>;
}

export function rollbackOf(run: LaneRun, outside: Outside, decisions: Decisions, { recordLock }: Parts) {
  /** By repeats of the same key the first answer stands. */
  function* rollback({ key }: { readonly key: string }): Work<void> {
    if (run.recent.includes(`rollback ${key}`)) return;
    if (yield* rollBack(key)) remember(run, `rollback ${key}`);
  }

  /** False when it was refused. */
  function* rollBack(key: string): Work<boolean> {
    const reach = yield* reachOfActive();
    const decision = decisions.decideRollback(run.state, { by: 'ada', reason: '', at: '', reach });
    if (decision.do === 'await') return true;
    if (decision.do === 'refuse') return false;
    if (decision.do === 'abort') {
      const { deployment } = decision.deployment;
      yield* shut(decision.lock, key);
      run.rollback = { of: deployment, opened: null, by: 'ada', reason: '', key, traceparent: null };
      yield* activity('centre', 'recordRollback', { of: deployment, rollback: run.rollback });
      outside.signal(deploymentId(deployment), 'abort', { hold: false });
      return true;
    }
    const { cancel, finishing, lock } = decision;
    const opened = yield* open(key, lock, finishing?.deployment ?? null, cancel?.deployment ?? null);
    // A late copy of the request, whose rollback has ended, must not stop what came after it.
    if (cancel !== null && opened !== null && decisions.isOpen(run.state, opened)) {
      run.rollback = { of: cancel.deployment, opened, by: 'ada', reason: '', key, traceparent: null };
      outside.signal(deploymentId(cancel.deployment), 'abort', { hold: false });
    }
    return opened !== null;
  }

  function* open(
    key: string,
    lock: LaneLock,
    finishing: DeploymentNumber | null,
    cancels: DeploymentNumber | null,
  ): Work<DeploymentNumber | null> {
    const target = { finishing };
    const { release } = yield* activity<{ readonly release: ReleaseNumber | null }>(
      'centre',
      'findRollbackTarget',
      target,
    );
    if (release === null) return null;
    const opened = yield* activity<Opened>('centre', 'openDeployment', { key, kind: 'rollback', release, cancels });
    if (opened.outcome === 'refused') return null;
    yield* shut(lock, key);
    happened(run, { kind: 'opened', deployment: opened.deployment }, decisions);
    if (opened.requeued) {
      const { open: all } = yield* activity<ReturnType<typeof loadLane>>('centre', 'loadLane', {});
      happened(run, { kind: 'requeued', open: all }, decisions);
    }
    return opened.deployment.deployment;
  }

  function* reachOfActive(): Work<ActiveReach> {
    const { active } = run.state;
    if (active === null) return 'none';
    const { deployment } = active;
    const { state, outcome, reach } = yield* activity<Described>('centre', 'describeDeployment', { deployment });
    if (state === 'ended') return outcome === 'succeeded' ? 'finishing' : 'none';
    return reach;
  }

  function* shut(lock: LaneLock, key: string): Work<void> {
    if (run.state.lock === null) yield* recordLock(lock, key);
  }

  function* afterEnd(deployment: DeploymentNumber, outcome: DeploymentOutcome, reach: ActiveReach): Work<void> {
    const pending = run.rollback;
    if (pending?.of !== deployment) return;
    run.rollback = null;
    const next = decisions.followUp(pending, outcome, reach);
    if (next === 'cancel' && pending.opened !== null) {
      const { opened } = pending;
      yield* activity('centre', 'cancelDeployment', { deployment: opened });
      happened(run, { kind: 'ended', deployment: opened, lock: null }, decisions);
    }
    if (next === 'open')
      yield* open(pending.key, run.state.lock ?? { owner: 'ada', reason: '', since: '' }, null, null);
    yield* activity('centre', 'recordRollback', { of: deployment, rollback: null });
  }

  function* adopt(isLate: boolean): Work<void> {
    const pending = run.rollback;
    if (pending === null) return;
    const { of } = pending;
    if (run.state.active?.deployment === of) return outside.signal(deploymentId(of), 'abort', { hold: false });
    if (isLate) {
      run.rollback = null;
      yield* activity('centre', 'recordRollback', { of, rollback: null });
      return;
    }
    const described = yield* activity<Described>('centre', 'describeDeployment', { deployment: of });
    if (described.state === 'ended' && described.outcome !== null)
      yield* afterEnd(of, described.outcome, described.reach);
  }

  return { rollback, afterEnd, adopt };
}
