/**
 * Every decision that the simulated world takes. The simulator has none of its own: these are the functions that the
 * product runs. They stand in one object so that a test can put a wrong one in the place of a right one.
 */
import { endingOf, lockAfter } from '../../domain/deployment/ending.ts';
import { decideSkip } from '../../domain/deployment/leaving-waits.ts';
import { decideLost } from '../../domain/deployment/lost.ts';
import {
  decideAbort,
  decideApprove,
  decideEndUndo,
  decidePause,
  decideReject,
  decideResume,
} from '../../domain/deployment/person-message.ts';
import { fixBatch } from '../../domain/goal/batch.ts';
import { decideStep } from '../../domain/goal/fencing.ts';
import { decideHost, decideRevert } from '../../domain/goal/host-rule.ts';
import { replacesIntent } from '../../domain/goal/intent-order.ts';
import { judgeBake, judgeBatch, judgeNextBatch } from '../../domain/goal/judge.ts';
import { decideLocalHold, decideLocalRollback } from '../../domain/goal/local-verbs.ts';
import { decideObligation } from '../../domain/goal/obligation.ts';
import { needsLane, needsLook } from '../../domain/goal/recovery.ts';
import { isDeaf } from '../../domain/goal/region-view.ts';
import { awaitsFirstReports } from '../../domain/goal/report-interval.ts';
import { mayServe, newestIntent } from '../../domain/goal/restore.ts';
import { followFenced, isWatched } from '../../domain/goal/takeover.ts';
import { judgeUndone } from '../../domain/goal/undone.ts';
import { isLeftHeld, rollbackTarget } from '../../domain/history/rollback-target.ts';
import { deliveryKey } from '../../domain/intake/merge.ts';
import { decideRollback, decideSubmit, whyNotWithdrawn } from '../../domain/lane/lane-decisions.ts';
import { apply, isOpen, nextStep } from '../../domain/lane/lane.ts';
import { followUp } from '../../domain/lane/rollback-follow-up.ts';
import { placeObligation } from '../../domain/obligation/replaces.ts';
import { settlementOf } from '../../domain/obligation/settlement.ts';
import { planDeployment } from '../../domain/plan/plan-deployment.ts';

export const realDecisions = {
  endingOf,
  lockAfter,
  decideAbort,
  decideApprove,
  decideEndUndo,
  decidePause,
  decideReject,
  decideResume,
  decideSkip,
  fixBatch,
  decideStep,
  decideHost,
  decideRevert,
  replacesIntent,
  judgeBake,
  judgeBatch,
  judgeNextBatch,
  decideLocalHold,
  decideLocalRollback,
  decideObligation,
  decideLost,
  needsLane,
  needsLook,
  isDeaf,
  awaitsFirstReports,
  mayServe,
  newestIntent,
  followFenced,
  isWatched,
  judgeUndone,
  isLeftHeld,
  rollbackTarget,
  deliveryKey,
  decideRollback,
  decideSubmit,
  whyNotWithdrawn,
  applyToLane: apply,
  isOpen,
  nextStep,
  followUp,
  placeObligation,
  settlementOf,
  planDeployment,
  /** When the undo of a region is registered (workflows/deployment/region.ts): `before` its first step is sent. */
  undoIsRegistered: (): 'before' | 'after' => 'before',
  /** Whether recovery tells regions that were skipped to stay where they are (workflows/recovery/recovery.ts). */
  skippedIsHeldAgain: (): boolean => true,
};

export type Decisions = typeof realDecisions;
