/** Mirrors workflows/lane: lane.ts, active.ts, load.ts, submit.ts, lock.ts, record-lock.ts, withdraw.ts. */
import type { LaneLock } from '../../../domain/lane/lane.ts';
import type { DeploymentNumber } from '../../../domain/names.ts';
import type { Described, loadLane, Opened } from '../centre/lane-records.ts';
import type { Decisions } from '../decisions.ts';
import { activity, checkpoint, until } from '../engine/work.ts';
import type { Work } from '../engine/work.ts';
import type { Outside, Workflow } from '../engine/workflow.ts';
import { happened, openLane, remember } from './lane-run.ts';
import type { LaneMessage } from './lane-run.ts';
import { rollbackOf } from './lane-rollback.ts';

type Of<Verb extends LaneMessage['verb']> = Extract<LaneMessage, { readonly verb: Verb }>;

const askEveryMs = 30_000;

export function lane(_input: object, outside: Outside, decisions: Decisions): Workflow {
  const run = openLane();
  const rollbacks = rollbackOf(run, outside, decisions, { load, recordLock });

  function* load(): Work<boolean> {
    const answer = yield* activity<ReturnType<typeof loadLane>>('centre', 'loadLane', {});
    const { lock: held, open, rollback, rollbackIsLate } = answer;
    run.rollback = rollback ?? run.rollback;
    happened(run, { kind: 'loaded', lock: held, open }, decisions);
    return rollbackIsLate;
  }

  function* takeOver(): Work<void> {
    yield* rollbacks.adopt(yield* load());
  }

  function* startNext(): Work<void> {
    const step = decisions.nextStep(run.state);
    if (step.do !== 'start' || run.held !== null) return;
    const { deployment } = step.deployment;
    happened(run, { kind: 'started', deployment }, decisions);
    const { started } = yield* activity<{ readonly started: boolean }>('centre', 'startDeployment', { deployment });
    if (!started) yield* load();
  }

  /** active.ts */
  function* askAfterActive(): Work<void> {
    const { active } = run.state;
    if (active === null) return;
    const { deployment } = active;
    const { state, outcome, reach } = yield* activity<Described>('centre', 'describeDeployment', { deployment });
    if (state === 'queued') return void (yield* load());
    if (state === 'recovering') {
      run.held = 'recovering';
      return;
    }
    run.held = null;
    if (state !== 'ended' || outcome === null) return;
    yield* load();
    yield* rollbacks.afterEnd(deployment, outcome, reach);
  }

  function* submit({ request, queueWhenLocked }: Of<'submit'>): Work<void> {
    if (run.recent.includes(`submit ${request.key}`)) return;
    if (decisions.decideSubmit(run.state, { queueWhenLocked }).outcome === 'refuse') return;
    const opened = yield* activity<Opened>('centre', 'openDeployment', request);
    if (opened.outcome === 'refused') return;
    const { deployment } = opened.deployment;
    if (opened.outcome === 'opened' || !(yield* hasEnded(deployment)))
      happened(run, { kind: 'opened', deployment: opened.deployment }, decisions);
    remember(run, `submit ${request.key}`);
  }

  function* hasEnded(deployment: DeploymentNumber): Work<boolean> {
    if (decisions.isOpen(run.state, deployment)) return false;
    return (yield* activity<Described>('centre', 'describeDeployment', { deployment })).state === 'ended';
  }

  function* recordLock(held: LaneLock | null, key: string): Work<void> {
    const answer = yield* activity<{ readonly lock: LaneLock | null }>('centre', 'recordLock', { lock: held, key });
    const stands = answer.lock;
    happened(run, stands === null ? { kind: 'unlocked' } : { kind: 'locked', lock: stands }, decisions);
  }

  function* lockOrUnlock({ verb, key }: Of<'lock' | 'unlock' | 'rollback'>): Work<void> {
    if (run.recent.includes(`${verb} ${key}`)) return;
    if (run.state.lock === null) yield* askAfterActive();
    const wanted = verb === 'lock' ? { owner: 'ada', reason: 'lock', since: '' } : null;
    if ((run.state.lock === null) !== (wanted === null)) yield* recordLock(wanted, key);
    remember(run, `${verb} ${key}`);
  }

  function* withdraw({ deployment, key }: Of<'withdraw'>): Work<void> {
    if (run.recent.includes(`withdraw ${key}`)) return;
    if (decisions.whyNotWithdrawn(run.state, 'checkout' as never, deployment) !== null) return;
    const answer = yield* activity<{ readonly cancelled: boolean }>('centre', 'cancelDeployment', { deployment });
    if (!answer.cancelled) return;
    happened(run, { kind: 'ended', deployment, lock: null }, decisions);
    remember(run, `withdraw ${key}`);
  }

  function turn(message: LaneMessage): Work<unknown> {
    switch (message.verb) {
      case 'load':
        return takeOver();
      case 'look':
        return run.state.active === null ? load() : askAfterActive();
      case 'start':
        return startNext();
      case 'ask':
        return askAfterActive();
      case 'submit':
        return submit(message);
      case 'lock':
      case 'unlock':
        return lockOrUnlock(message);
      case 'rollback':
        return rollbacks.rollback(message);
      case 'withdraw':
        return withdraw(message);
    }
  }

  /** one-at-a-time.ts */
  function* turns(): Work<void> {
    for (;;) {
      yield* checkpoint();
      yield* until(() => run.turns.length > 0);
      yield* turn(run.turns[0]!);
      run.turns = run.turns.slice(1);
    }
  }

  const take = (message: LaneMessage): void => void (run.turns = [...run.turns, message]);

  /** lane.ts: starts what is next, and asks after the active one when no news came. */
  function* main(): Work<void> {
    outside.spawn('turns', turns());
    for (;;) {
      yield* checkpoint();
      take({ verb: 'start' });
      yield* until(() => run.turns.length === 0);
      run.looked = run.state.active?.deployment ?? null;
      const news = (): boolean =>
        (run.state.active?.deployment ?? null) !== run.looked ||
        (run.held === null && decisions.nextStep(run.state).do === 'start');
      const timer = run.looked === null ? null : { what: 'ask', ms: askEveryMs };
      if (!(yield* until(news, timer))) take({ verb: 'ask' });
    }
  }

  return {
    knows: run,
    main: main(),
    on: {
      message: (message: LaneMessage) => take(message),
      deploymentEnded: () => take({ verb: 'ask' }),
      look: () => take({ verb: 'look' }),
    },
  };
}
