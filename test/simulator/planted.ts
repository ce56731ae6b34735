/** Wrong decisions, each in the place of a right one, to show that the checks would see it. */
import type { GoalRow, GoalStep } from '../../domain/goal/goal.ts';
import type { RegionView, Verdict } from '../../domain/goal/region-view.ts';
import type { ReleaseNumber } from '../../domain/names.ts';
import { realDecisions } from './decisions.ts';
import type { Decisions } from './decisions.ts';

/** A row takes whatever step comes, as if it were the next one of its own deployment. */
const noFencing: Decisions = {
  ...realDecisions,
  decideStep(row, step, floors, where) {
    const decision = realDecisions.decideStep(row, step, floors, where);
    if (decision.outcome !== 'fenced' || row === null || row.next === null) return decision;
    return realDecisions.decideStep(asIfItsOwn(row, step), step, floors, where);
  },
};

const asIfItsOwn = (row: GoalRow, step: GoalStep): GoalRow => ({
  ...row,
  attempt: step.kind === 'begin' ? { ...step.attempt, deployment: 0 as never } : step.attempt,
  mode: 'advance',
  controlRevision: 0,
  generation: 'generation' in step ? step.generation : row.generation,
});

/** One host more may fail than the budget says. */
const budgetOffByOne: Decisions = {
  ...realDecisions,
  judgeBatch: (view) => realDecisions.judgeBatch(withOneFailureLess(view)),
  judgeBake: (view) => realDecisions.judgeBake(withOneFailureLess(view)),
  judgeNextBatch: (view) => realDecisions.judgeNextBatch(withOneFailureLess(view)),
};

function withOneFailureLess<View extends RegionView>(view: View): View {
  const failed = view.hosts.find(({ refused }) => refused.some(({ digest }) => digest === view.next.release.digest));
  return { ...view, hosts: view.hosts.filter((host) => host !== failed) };
}

/** The undo of a region is registered when its begin has answered. */
const undoRegisteredLate: Decisions = { ...realDecisions, undoIsRegistered: () => 'after' };

/** Two merges that bring the branch to the same commit are taken for one. */
const dedupeByCommit: Decisions = {
  ...realDecisions,
  deliveryKey: (service, branch, _before, after) => `merge:${service}:${branch}:${after}`,
};

/** A host whose health isn't known yet counts as well. */
const unknownIsHealthy: Decisions = {
  ...realDecisions,
  judgeBatch: (view) => realDecisions.judgeBatch(asIfWell(view)),
  judgeBake: (view) => realDecisions.judgeBake(asIfWell(view)),
};

const asIfWell = <View extends RegionView>(view: View): View => ({
  ...view,
  hosts: view.hosts.map((host) =>
    host.health === 'starting' || host.health === 'unknown' ? { ...host, health: 'healthy' } : host,
  ),
});

/** Recovery goes by a skipped region having been told to stay where it is. */
const skippedForgotten: Decisions = { ...realDecisions, skippedIsHeldAgain: () => false };

/** A host that says nothing any more is left out of the judgement. */
const lostNeverStops: Decisions = {
  ...realDecisions,
  judgeBatch: (view) => withoutLost(view, realDecisions.judgeBatch),
  judgeBake: (view) => withoutLost(view, realDecisions.judgeBake),
};

function withoutLost<View extends RegionView>(view: View, judge: (view: View) => Verdict): Verdict {
  const { lost, verdict } = judge(view);
  if (lost.length === 0 || verdict === 'wait') return judge(view);
  return judge({ ...view, hosts: view.hosts.filter(({ host }) => !lost.includes(host)) });
}

/** Each batch brings all that are left. */
const noCanary: Decisions = {
  ...realDecisions,
  fixBatch: (hosts, input) => realDecisions.fixBatch(hosts, { ...input, share: { percent: 100 } }),
};

const saying = (wrong: Verdict['verdict'], right: Verdict['verdict']): Decisions => {
  const wrongly = (said: Verdict): Verdict => (said.verdict === right ? { ...said, verdict: wrong } : said);
  return {
    ...realDecisions,
    judgeBatch: (view) => wrongly(realDecisions.judgeBatch(view)),
    judgeBake: (view) => wrongly(realDecisions.judgeBake(view)),
    judgeNextBatch(view) {
      const said = realDecisions.judgeNextBatch(view);
      return said === null ? null : wrongly(said);
    },
  };
};

/** Where a person has to be asked it is undone. */
const holdIsStop: Decisions = saying('stop', 'hold');

/** Where it has to be undone a person is asked. */
const stopIsHold: Decisions = saying('hold', 'stop');

/** An undo leaves the lane open. */
const noLockAfter: Decisions = { ...realDecisions, lockAfter: () => null };

/** A rollback goes to what ran before the release before. */
const rollbackTooFar: Decisions = {
  ...realDecisions,
  rollbackTarget(history) {
    const right = realDecisions.rollbackTarget(history);
    const deployable = (release: ReleaseNumber): boolean => release !== right && history.deployable(release);
    return realDecisions.rollbackTarget({ ...history, deployable }) ?? right;
  },
};

/** How the deployment ended that was to be rolled back changes nothing. */
const noFollowUp: Decisions = { ...realDecisions, followUp: () => 'nothing' };

export const planted = {
  noFencing,
  budgetOffByOne,
  undoRegisteredLate,
  dedupeByCommit,
  unknownIsHealthy,
  skippedForgotten,
  lostNeverStops,
  noCanary,
  holdIsStop,
  stopIsHold,
  noLockAfter,
  rollbackTooFar,
  noFollowUp,
};
export type Planted = keyof typeof planted;
