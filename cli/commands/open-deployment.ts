import type { Digest } from '../../domain/names.ts';
import type { DeploymentKind } from '../../domain/states.ts';
import type { DeployAnswer } from '../../protocol/api/deployment.ts';
import { problemOf } from '../../protocol/api/problems.ts';
import type { Release } from '../../protocol/api/release.ts';
import type { Service } from '../../protocol/api/service.ts';
import { ApiProblemError } from '../api-client.ts';
import type { Session } from '../session.ts';
import { standingSentence } from '../state-sentence.ts';

/** What is asked for, and on its way already. */
export interface OpenDeployment {
  readonly answer: DeployAnswer;
  /** `null` while it waits in the lane, as one that was just asked for does. */
  readonly underWay: string | null;
}

/** What is asked for. */
export interface WantedDeployment {
  readonly release: number;
  readonly kind: DeploymentKind;
  /** Only these; left out: all. */
  readonly regions?: readonly string[] | undefined;
}

/**
 * Asking again for what is on its way to the same regions finds it, and never makes a second one.
 * @throws ApiProblemError `refused` when it goes back: then nothing of it is on its way, and nothing starts
 */
export function openDeployment(shown: Service, { release, kind, regions }: WantedDeployment): OpenDeployment | null {
  const { lane, active } = shown;
  const first = lane.active === null ? [] : [lane.active];
  const open = [...first, ...lane.queue];
  const isWanted = (each: (typeof open)[number]): boolean =>
    each.release === release && each.kind === kind && isSameRegions(each.regions, regions);
  const wanted = open.filter(isWanted);
  const isUndoing = ({ number }: (typeof open)[number]): boolean =>
    active?.number === number && active.state === 'undoing';
  const found = wanted.find((each) => !isUndoing(each));
  if (found === undefined) {
    if (wanted[0] !== undefined) throw beingUndone(wanted[0].deployment, `${shown.service}@${release}`);
    return null;
  }
  const { deployment, number } = found;
  const answer = { deployment, number, repeated: true, ahead: open.indexOf(found), lock: lane.lock };
  const isActive = found === lane.active && active?.number === number;
  return { answer, underWay: isActive ? standingSentence(active) : null };
}

/** Left out of both: all of them. */
const isSameRegions = (some: readonly string[] | undefined, others: readonly string[] | undefined): boolean =>
  some?.toSorted().join() === others?.toSorted().join();

function beingUndone(deployment: string, release: string): ApiProblemError {
  const next = `Follow it: slipway watch ${deployment}    Once it is over: slipway deploy ${release}`;
  const detail = `${deployment} brought ${release} and is being undone; nothing was started`;
  return new ApiProblemError(problemOf('refused', { detail, next }));
}

/** Holds a person to the plan that they were shown. @throws ApiProblemError `state-changed` */
export async function requirePlan(
  { client, interrupted: signal }: Session,
  { release, service, number }: Release,
  shown: Digest,
): Promise<void> {
  const { digest } = await client.call('showPlan', { path: { service }, query: { release: number }, signal });
  if (digest === shown) return;
  const next = `Look at it: slipway plan ${release}`;
  throw new ApiProblemError(problemOf('state-changed', { detail: `the plan is now ${digest}`, next }));
}
