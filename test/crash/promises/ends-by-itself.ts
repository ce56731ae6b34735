import type { DeploymentOutcome } from '../../../domain/states.ts';
import type { RunEvidence } from '../evidence/evidence.ts';
import type { Scenario } from '../scenario/scenario.ts';

type Seen = Pick<RunEvidence, 'merge' | 'deployments' | 'centre'>;

/** Undone too: hosts whose agent was killed are lost for a moment, and a lost canary stops a good release. */
const allowed: Readonly<Record<Scenario['kind'], readonly DeploymentOutcome[]>> = {
  good: ['succeeded', 'undone'],
  bad: ['undone'],
  'rolled-back': ['succeeded', 'undone', 'cancelled'],
};

/** Promise 11: when the fault heals, the deployment ends by itself: nothing is stuck, and nothing is owed any more. */
export function endsByItself(kind: Scenario['kind'], { merge, deployments, centre }: Seen): string[] {
  const { obligations } = centre;
  return [
    ...deployments.flatMap(({ number, commit, outcome }) => {
      if (outcome === null) return [`deployment ${number} has not ended`];
      const expected = commit === merge.commit ? allowed[kind] : (['succeeded', 'undone', 'cancelled'] as const);
      return expected.some((each) => each === outcome) ? [] : [`deployment ${number} (${kind}) ended as ${outcome}`];
    }),
    ...(obligations === 0 ? [] : [`${obligations} obligations are still open`]),
  ];
}
