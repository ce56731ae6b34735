import type { DeploymentOutcome } from '../../../domain/states.ts';
import type { DeliveredMerge, EndedDeployment, RunEvidence } from '../evidence/evidence.ts';
import type { HistoryEvidence } from '../evidence/read-histories.ts';
import { leftOnTheWay } from './left-on-the-way.ts';

type Seen = Pick<RunEvidence, 'merges' | 'act' | 'harmed' | 'deployments' | 'centre' | 'regions' | 'histories'>;

/**
 * Promise 11: when the fault heals, the deployment ends by itself, as it may end after what was done: nothing is stuck,
 * nothing is owed, and no workflow is left.
 */
export function endsByItself(seen: Seen): string[] {
  const { obligations } = seen.centre;
  return [
    ...seen.deployments.flatMap((deployment) => wrongOutcome(deployment, seen)),
    ...seen.histories.flatMap(wrongHistory),
    ...seen.regions.flatMap(({ goal }) => leftOnTheWay(goal.row) ?? []),
    ...(obligations === 0 ? [] : [`${obligations} obligations are still open`]),
  ];
}

function wrongOutcome(deployment: EndedDeployment, seen: Seen): string[] {
  const { number, kind, outcome } = deployment;
  if (outcome === null) return [`deployment ${number} has not ended`];
  return mayEndAs(outcome, deployment, seen) ? [] : [`deployment ${number} (${kind}) ended as ${outcome}`];
}

/** Whether something that was done explains the outcome. */
function mayEndAs(outcome: DeploymentOutcome, deployment: EndedDeployment, seen: Seen): boolean {
  const { commit, goesOnAs, started } = deployment;
  const merge = seen.merges.find((each) => each.commit === commit);
  const wasStopped = mayHaveStopped(seen, merge);
  const harmed = (kind: Seen['harmed'][number]['kind']): boolean => seen.harmed.some((harm) => harm.kind === kind);
  switch (outcome) {
    case 'succeeded':
      return merge === undefined || !(merge.bad || merge.unapproved);
    case 'undone':
      // A host whose agent was harmed is lost for a moment, and a lost canary stops a good release.
      return merge?.bad === true || wasStopped || seen.harmed.some(harmsHosts);
    case 'cancelled':
      // A rollback that was opened beside what then had touched a region: that was undone instead.
      return wasStopped || harmed('terminate') || (seen.act?.verb === 'rollback' && merge === undefined && !started);
    case 'failed':
      // A build that finds its disk full says so, and is not tried for ever.
      return harmed('fill');
    case 'rejected':
      return merge?.unapproved === true;
    case 'superseded':
      return goesOnAs !== null;
  }
}

/** Of freezes only one that undoes stops anything. A hotfix stops whichever merge is active then, all other acts the first one. What a person asked for nobody stops. */
function mayHaveStopped({ act, merges }: Seen, merge: DeliveredMerge | undefined): boolean {
  if (act === null || act.verb === 'pause' || merge === undefined) return false;
  if (act.verb === 'freeze' && act.policy !== 'undo') return false;
  return act.verb === 'hotfix' || merge === merges.find(({ unapproved }) => !unapproved);
}

/** Whether a host may look lost by it; what only intake, people and builds go through never stops a good release. */
const harmsHosts = ({ kind, on }: Seen['harmed'][number]): boolean =>
  kind !== 'deliver-again' &&
  kind !== 'late-steps' &&
  !(['kill', 'restart', 'freeze'].includes(kind) && ['api', 'build-worker'].includes(on)) &&
  !(kind === 'fill' && on === 'scratch');

/**
 * Causes of a failed workflow task that are no fault of the workflow's code (`temporal.api.enums.v1`): something came in
 * while it was at work (1, 31), or its worker or server was lost (13, 17, 18).
 */
const harmless: ReadonlySet<number> = new Set([1, 13, 17, 18, 31]);

function wrongHistory({ id, what, status, failures }: HistoryEvidence): string[] {
  const faults = failures.filter(({ cause }) => !harmless.has(cause));
  return [
    ...(status === 'RUNNING' && what !== 'lane' ? [`${id} still runs`] : []),
    ...(status === 'FAILED' || status === 'TIMED_OUT' ? [`${id} ended as ${status}`] : []),
    ...faults.map(({ eventId, cause, message }) => `a task of ${id} failed (event ${eventId}, ${cause}): ${message}`),
  ];
}
