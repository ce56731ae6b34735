import type { Deployment } from '../../protocol/api/deployment.ts';
import type { SignedIn } from '../../protocol/api/people.ts';
import { connectionSentence, watchConnection } from '../connection-news.ts';
import { EndedMeanwhileError } from '../ended-meanwhile.ts';
import { followDeployment, type FollowedObject } from '../follow-deployment.ts';
import { callInsistently } from '../insistent-call.ts';
import type { Session } from '../session.ts';

/**
 * An approval is bound to a plan. One that has none yet is waited for, and that is said once; who may not approve is told
 * that by the api, and waits for nothing. @throws EndedMeanwhileError; ApiProblemError; the signal's reason when it aborts
 */
export async function untilPlanned(
  { client, output, interrupted: signal }: Session,
  object: FollowedObject,
  { roles, inServices = [], teams = [] }: SignedIn,
): Promise<void> {
  // By which of these somebody counts is told by the plan.
  if (roles.length + inServices.length + teams.length === 0) return;
  const path = { service: object.service, deployment: object.number };
  const found = await callInsistently(client, 'showDeployment', { path, signal });
  if (!isPreparing(found)) return;
  output.news(`${standing(found)}; it can be approved once its plan is made (Ctrl-C ends the wait)`);
  const connection = watchConnection((news) => output.news(connectionSentence(news)));
  for await (const { deployment } of followDeployment(client, object, { signal, connection })) {
    if (isPreparing(deployment)) continue;
    // Of one that has succeeded the dialog says that it is over.
    if (deployment.outcome === null || deployment.outcome === 'succeeded') return;
    throw new EndedMeanwhileError(deployment);
  }
}

const preparing = { queued: 'is queued', building: 'builds', checking: 'is checked' } as const;

const isEarly = (state: Deployment['state']): state is keyof typeof preparing => Object.hasOwn(preparing, state);

/** Its regions are known from its plan on, which is made before anybody is asked. */
const isPreparing = ({ state, regions }: Deployment): boolean => isEarly(state) && regions.length === 0;

/** `checkout/4 builds`, `checkout/4 is queued: waits for 1 deployment before it (checkout/3 is active)` */
function standing({ deployment, state, waiting }: Deployment): string {
  const does = isEarly(state) ? preparing[state] : state;
  return `${deployment} ${does}${waiting === null ? '' : `: ${waiting}`}`;
}
