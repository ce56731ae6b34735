import {
  allHandlersFinished,
  condition,
  continueAsNew,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { nextStep } from '../../domain/lane/lane.ts';
import { endsInMs } from '../../domain/lane/lock-rules.ts';
import type { LaneInput } from '../messages/lane.ts';
import {
  deploymentEndedSignal,
  hotfixUpdate,
  laneQuery,
  lockUpdate,
  lookSignal,
  rollbackUpdate,
  submitUpdate,
  unlockUpdate,
  updatesPerHistory,
  withdrawUpdate,
} from '../messages/lane.ts';
import { onSignal } from '../on-signal.ts';
import { searchAttribute } from '../search-attributes.ts';
import { whenUpgraded } from '../when-upgraded.ts';
import { askAfterActive, startNext } from './active.ts';
import { adopt } from './follow-up.ts';
import { hotfix } from './hotfix.ts';
import type { LaneRun } from './lane-run.ts';
import { carriedBy, openLaneRun, statusOf } from './lane-run.ts';
import { load } from './load.ts';
import { isLockOver, lock, openAtEnd, unlock } from './lock.ts';
import { rollback } from './rollback.ts';
import { submit } from './submit.ts';
import { validatorsOf } from './validators.ts';
import { withdraw } from './withdraw.ts';

/** How often the lane asks after its active deployment; seldom once something is wrong that a person has to mend. */
const askEveryMs = 30_000;
const askWhenHeldEveryMs = 60_000;

/** The queue of one service, for ever: starts one deployment at a time, unless the lane is locked. */
export async function lane(input: LaneInput): Promise<void> {
  const run = openLaneRun(input);
  // The first turn: every message waits until the lane knows what Postgres knows.
  const loaded = input.carried === null ? run.inTurn(() => takeOver(run)) : Promise.resolve();
  listen(run);
  if (input.carried === null) upsertSearchAttributes([{ key: searchAttribute.service, value: input.service }]);
  await loaded;
  while (!isFull(run)) {
    await run.inTurn(() => startNext(run));
    if (await untilNews(run)) continue;
    await run.inTurn(() => (isLockOver(run) ? openAtEnd(run) : askAfterActive(run)));
  }
  await condition(allHandlersFinished);
  await continueAsNew<typeof lane>({ service: run.service, carried: carriedBy(run), maxUpdates: updatesPerHistory });
}
whenUpgraded('AUTO_UPGRADE', lane);

/** A fresh lane knows nothing, and another may have been closed in the middle of something. */
async function takeOver(run: LaneRun): Promise<void> {
  await adopt(run, await load(run));
}

function listen(run: LaneRun): void {
  setHandler(laneQuery, () => statusOf(run));
  const {
    submit: submittable,
    withdraw: withdrawable,
    hotfixable,
    lockable,
    rollbackable: validator,
  } = validatorsOf(run);
  setHandler(submitUpdate, (message) => update(run, () => submit(run, message)), { validator: submittable });
  setHandler(withdrawUpdate, (message) => update(run, () => withdraw(run, message)), { validator: withdrawable });
  setHandler(lockUpdate, (message) => update(run, () => lock(run, message)), { validator: lockable });
  setHandler(unlockUpdate, (message) => update(run, () => unlock(run, message)), { validator: lockable });
  setHandler(hotfixUpdate, (message) => update(run, () => hotfix(run, message)), { validator: hotfixable });
  setHandler(rollbackUpdate, (message) => update(run, () => rollback(run, message)), { validator });
  onSignal(lookSignal, () =>
    run.inTurn(async () => (run.state.active === null ? void (await load(run)) : askAfterActive(run))),
  );
  onSignal(deploymentEndedSignal, () => run.inTurn(() => askAfterActive(run)));
}

function update<T>(run: LaneRun, act: () => Promise<T>): Promise<T> {
  run.updates += 1;
  return run.inTurn(act);
}

const isFull = ({ updates, maxUpdates }: LaneRun): boolean =>
  updates >= maxUpdates || workflowInfo().continueAsNewSuggested;

/** False when nothing happened for as long as the lane trusts signals, or until the end of its lock. */
async function untilNews(run: LaneRun): Promise<boolean> {
  const active = run.state.active?.deployment;
  const end = run.state.lock?.until;
  const news = (): boolean =>
    isFull(run) ||
    run.state.active?.deployment !== active ||
    run.state.lock?.until !== end ||
    (run.held === null && nextStep(run.state).do === 'start');
  const [first] = alarms(run).toSorted((a, b) => a.ms - b.ms);
  if (first !== undefined) return condition(news, first.ms, { summary: first.summary });
  await condition(news);
  return true;
}

/** What the lane looks up for by itself. */
function alarms({ service, state, held }: LaneRun): { readonly ms: number; readonly summary: string }[] {
  const { active, lock: locked } = state;
  const askMs = held === null ? askEveryMs : askWhenHeldEveryMs;
  const endMs = endsInMs(locked, Date.now());
  return [
    ...(active === null ? [] : [{ ms: askMs, summary: `asks after ${service}/${active.deployment}` }]),
    // Not at once, as that would be no timer.
    ...(endMs === null ? [] : [{ ms: Math.max(1, endMs), summary: `opens ${service} as its lock ends` }]),
  ];
}
