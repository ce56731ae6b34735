import { crashLoopExits, crashLoopWindowMs } from '../host/restarts.ts';
import { lasted } from '../progress/plain-text.ts';
import type { HealthConfig, RolloutSpec } from '../spec/service-spec.ts';

/** Hosts that are neither simply well nor simply failed. */
export const judgedHosts = ['flapping', 'already unhealthy', 'absent', 'in maintenance', 'pinned'] as const;
export type JudgedHosts = (typeof judgedHosts)[number];

export interface JudgeRule {
  readonly hosts: JudgedHosts;
  /** One sentence for people, with the spec's numbers. */
  readonly rule: string;
}

/** What the rules depend on. */
export interface JudgeNumbers {
  readonly health: Pick<HealthConfig, 'unhealthyAfter'>;
  readonly rollout: Pick<RolloutSpec, 'absentAfterMs' | 'batchTimeoutMs' | 'budget'>;
}

/**
 * How `judgeBatch` and `judgeBake` count such hosts, in words: domain/goal decides, and the test beside this file holds each
 * sentence to what it does.
 */
export function judgeRules(numbers: JudgeNumbers): readonly JudgeRule[] {
  return judgedHosts.map((hosts) => ({ hosts, rule: sentences[hosts](numbers) }));
}

const sentences: Readonly<Record<JudgedHosts, (numbers: JudgeNumbers) => string>> = {
  flapping: ({ health: { unhealthyAfter } }) =>
    `goes back by itself when ${checksFail(unhealthyAfter)} after it was healthy, or it ends ${crashLoopExits} times in ${lasted(crashLoopWindowMs)}; ` +
    'counts as failed until the deployment ends, well again or not; ' +
    'where the release is what ran before, it stays and counts as failed while it is unhealthy',
  'already unhealthy': ({ rollout: { budget } }) =>
    'switches in its turn like any other and counts as failed unless the release makes it healthy; ' +
    `while more than ${budget.failedPercent} % of what does not run the release is unhealthy, a person decides about too many failures, unless all that went back are well`,
  absent: ({ rollout: { absentAfterMs, batchTimeoutMs } }) =>
    `silent for ${lasted(absentAfterMs)} when its batch begins: left out and named, nobody waits for it; ` +
    `silent as long after it was told to switch, or not healthy ${lasted(batchTimeoutMs)} after its batch began: lost, which counts as failed`,
  'in maintenance': () =>
    'stops what it runs, left out of batches and named, nobody waits for it; does what the goal says once it is back; ' +
    'counts only if the release failed there in this deployment',
  pinned: () =>
    'keeps what it runs, left out of batches and named; counts only if the release failed there in this deployment; ' +
    'where all are pinned, a person decides',
};

const checksFail = (count: number): string => (count === 1 ? 'a check fails' : `${count} checks in a row fail`);
