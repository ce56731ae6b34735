/** A release once more: what did not get live, or what runs. Each is a new deployment with a number of its own. */
import type { DeploymentKind, DeploymentOutcome } from '../states.ts';

/** The deployment that is to be tried again. */
export interface Tried {
  /** `checkout/87` */
  readonly deployment: string;
  readonly kind: DeploymentKind;
  readonly outcome: DeploymentOutcome | null;
  readonly goesOnAs: number | null;
}

/** Why it can't be tried again, and what to do instead; `null` when it can. */
export function whyNotRetried({ deployment, kind, outcome, goesOnAs }: Tried): string | null {
  if (outcome === null) return `${deployment} is not over: wait for its end, or abort it`;
  if (outcome === 'succeeded') return `${deployment} succeeded: redeploy what runs, or deploy its release`;
  if (outcome === 'superseded')
    return goesOnAs === null
      ? `${deployment} was superseded, as what it brings was taken back`
      : `${deployment} goes on as ${deployment.slice(0, deployment.lastIndexOf('/'))}/${goesOnAs}`;
  if (outcome === 'rejected')
    return `${deployment} was rejected: deploy its release, if people have changed their mind`;
  return kind === 'rollback' ? `${deployment} was a rollback: roll back again` : null;
}
