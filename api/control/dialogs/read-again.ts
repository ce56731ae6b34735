/** Reads what the dialogs of a retry, a redeploy and a review are about. */
import { ProblemError } from '../../http/problem-error.ts';
import { chosenGlass } from '../access/chosen-glass.ts';
import { deploymentPlan } from '../plans/deployment-plan.ts';
import type { StoredDeployment } from '../reads/projection.ts';
import { whyFrozen } from '../fleet/refuse-frozen.ts';
import { redeployed, retried, whyNoRetry, whyOnItsWay } from '../verbs/once-more.ts';
import type { DeploymentDialogFacts, DialogText, ServiceDialogFacts } from './dialog-facts.ts';
import type { DialogObject, DialogParts } from './dialogs.ts';
import { noRetryDialog, onceMoreDialog } from './once-more.ts';
import { reviewDialog } from './reviewing.ts';

/** @throws ProblemError when there is no such object, or what runs can't be planned */
export async function readOnceMore(
  parts: DialogParts,
  { verb, service, deployment, queue }: DialogObject,
  facts: ServiceDialogFacts,
): Promise<DialogText> {
  const { projection, now } = parts;
  const tried = verb === 'retry' ? await existing(parts, { verb, service, deployment }) : null;
  const refusal = tried === null ? null : whyNoRetry(tried);
  if (tried !== null && refusal !== null) return noRetryDialog(tried.deployment, refusal);
  const brought = tried === null ? await redeployed(projection, service) : retried(tried);
  const plan = await deploymentPlan(parts, service, brought, now());
  const onItsWay = await whyOnItsWay(projection, brought);
  const frozen = await whyFrozen(parts, brought);
  return onceMoreDialog({ ...facts, kind: brought.kind, plan, queue, frozen }, tried?.deployment ?? null, onItsWay);
}

/** @throws ProblemError `not-found`, `invalid-request` */
export async function readReview(
  { access }: DialogParts,
  person: string,
  stage: string | undefined,
  about: DeploymentDialogFacts,
): Promise<DialogText> {
  const { service, number, deployment } = about.deployment;
  const broken = await access.brokenGlass(service, number);
  const glass = chosenGlass(broken, stage === '' ? null : stage, deployment);
  return reviewDialog({ ...about, person, glass });
}

/** What a verb is about. @throws ProblemError when it names no deployment, or there is none */
export async function existing(
  { projection }: Pick<DialogParts, 'projection'>,
  { verb, service, deployment: number }: Pick<DialogObject, 'verb' | 'service' | 'deployment'>,
): Promise<StoredDeployment> {
  if (number === undefined)
    throw new ProblemError('invalid-request', {
      detail: `${verb} is about a deployment`,
      errors: [{ path: 'deployment', message: 'must be its number' }],
    });
  const stored = await projection.findDeployment(service, number);
  if (stored === null) throw new ProblemError('not-found', { detail: `there is no deployment ${service}/${number}` });
  return stored;
}
