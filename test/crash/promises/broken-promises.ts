import type { RunEvidence } from '../evidence/evidence.ts';
import { auditIsWhole } from './audit-is-whole.ts';
import { budgetIsKept } from './budget-is-kept.ts';
import { doneOnce } from './done-once.ts';
import { endsByItself } from './ends-by-itself.ts';
import { freezesHold } from './freezes-hold.ts';
import { generationsRise } from './generations-rise.ts';
import { instancesRunOn } from './instances-run-on.ts';
import { nobodyGoesBack } from './nobody-goes-back.ts';
import { oneActive } from './one-active.ts';
import { oneDeploymentAMerge } from './one-deployment-a-merge.ts';
import { onlyAdmittedRuns } from './only-admitted-runs.ts';
import { successIsEverywhere } from './success-is-everywhere.ts';
import { unknownIsNotHealthy } from './unknown-is-not-healthy.ts';
import { newOrPrevious, waysBackStay } from './whole-releases.ts';

export interface BrokenPromise {
  /** Its number in docs/design.md §8; freezes keep their own word (docs/how-to/freeze.md). */
  readonly promise: number | 'freeze';
  /** What was seen. */
  readonly sentence: string;
}

/** Judges one run by every promise that can be judged in a run. */
export async function brokenPromises(seen: RunEvidence): Promise<readonly BrokenPromise[]> {
  const found: Readonly<Record<number, readonly string[]>> = {
    1: onlyAdmittedRuns(seen),
    2: oneActive(seen),
    3: [...newOrPrevious(seen), ...nobodyGoesBack(seen)],
    4: waysBackStay(seen),
    5: generationsRise(seen),
    6: await auditIsWhole(seen),
    7: oneDeploymentAMerge(seen),
    8: budgetIsKept(seen),
    10: doneOnce(seen),
    11: endsByItself(seen),
    13: successIsEverywhere(seen),
    14: instancesRunOn(seen),
    15: unknownIsNotHealthy(seen),
  };
  const numbered = Object.entries(found).flatMap(([promise, sentences]) =>
    sentences.map((sentence) => ({ promise: Number(promise), sentence })),
  );
  return [...numbered, ...freezesHold(seen).map((sentence) => ({ promise: 'freeze', sentence }) as const)];
}
