import {
  lockInEffect,
  rollbackInEffect,
  unlockInEffect,
  verbInEffect,
  type DeploymentVerb,
} from '../../domain/progress/in-effect.ts';
import { madeWayText } from '../../domain/progress/makes-way-text.ts';
import {
  abort,
  approvalToken,
  approve,
  breakGlass,
  deploy,
  endUndo,
  hotfix,
  lock,
  pause,
  promote,
  redeploy,
  reject,
  resume,
  retry,
  review,
  rollback,
  showDialog,
  skipRegion,
  unlock,
  type DeployAnswer,
  type Dialog,
} from '../client/api.ts';

export type Verb = Dialog['verb'];

/** What a person is about to do, and to what. */
export interface Order {
  readonly verb: Verb;
  readonly service: string;
  /** For verbs of a deployment. */
  readonly deployment?: number;
  /** For deploy: the newest that is ready, if left out. */
  readonly release?: number | undefined;
  /** For deploy: before all that waits, and what becomes of what is active. */
  readonly hotfix?: 'undo' | 'hold';
  /** For deploy and rollback: only there. */
  readonly regions?: readonly string[] | undefined;
  /** For rollback: what ran before, if left out. */
  readonly to?: number | undefined;
  /** For deploy, retry and redeploy: it waits behind a lock or a freeze. */
  readonly queue?: boolean;
  /** For review: whose glass; `null` for the release's. */
  readonly stage?: string | null;
  /** For review: what the person thinks of it. */
  readonly verdict?: 'accept' | 'object';
  /** For skip-region: which. */
  readonly region?: string;
  /** For lock: when the lane opens by itself, RFC 3339; left out, somebody has to open it. */
  readonly until?: string;
  /** For break-glass: the incident, or a link to it. */
  readonly incident?: string;
}

/** What was shown when the person agreed; without a digest nothing was, which only what stops things may be sent with. */
export type Agreed = Pick<Dialog, 'idempotencyKey' | 'planDigest' | 'stage'> &
  Partial<Pick<Dialog, 'digest' | 'mayWaitFor'>>;

const ofLane: readonly Verb[] = ['deploy', 'redeploy', 'rollback', 'lock', 'unlock'];

export const readDialog = (
  { verb, service, deployment, release, region, hotfix: active, regions, to, queue, stage }: Order,
  signal: AbortSignal,
): Promise<Dialog> =>
  showDialog(
    service,
    verb,
    {
      ...(deployment !== undefined && !ofLane.includes(verb) && { deployment }),
      ...(release !== undefined && verb === 'deploy' && { release }),
      ...(region !== undefined && { region }),
      ...(active !== undefined && { hotfix: active }),
      ...(regions !== undefined && { regions: regions.join(',') }),
      ...(to !== undefined && { to }),
      ...(queue && { queue: 'true' }),
      ...(verb === 'review' && { stage: stage ?? '' }),
    },
    { signal },
  );

/** Sends it. @returns what the api has accepted, and when that is in effect @throws what `problemOf` understands */
export async function send(order: Order, agreed: Agreed, reason: string): Promise<string> {
  const { verb, service } = order;
  const { digest: dialog, idempotencyKey: key } = agreed;
  const why = reason === '' ? {} : { reason };
  switch (verb) {
    case 'deploy':
      return order.hotfix === undefined
        ? startText(await deploy(service, key, { ...why, dialog, ...whatToDeploy(order) }), agreed)
        : goFirst(order, agreed, reason);
    case 'retry':
      return startText(await retry(service, order.deployment ?? 0, key, { ...why, dialog, ...queueOf(order) }), agreed);
    case 'redeploy':
      return startText(await redeploy(service, key, { ...why, dialog, ...queueOf(order) }), agreed);
    case 'review': {
      const { deployment = 0, stage = null, verdict = 'accept' } = order;
      return (await review(service, deployment, key, { verdict, reason, stage, dialog })).message;
    }
    case 'rollback': {
      const { to, regions } = order;
      const where = { ...(to !== undefined && { to }), ...(regions && { regions: [...regions] }) };
      const { outcome, deployment } = await rollback(service, key, { ...why, ...where, dialog });
      return inEffect(`${deployment} ${outcome === 'undoing' ? 'is being undone' : 'goes back'}`, rollbackInEffect);
    }
    case 'lock':
      return inEffect('the lane is locked', lockInEffect(await lock(service, key, { reason, ...untilOf(order) })));
    case 'unlock':
      return inEffect('the lane is open', unlockInEffect(await unlock(service, key, { reason, dialog })));
    default: {
      const { deployment = 0, region, incident = '' } = order;
      const about = { service, deployment, region, incident };
      const message = await sendToDeployment(verb, about, agreed, reason);
      return inEffect(message, verbInEffect(verb));
    }
  }
}

const queueOf = ({ queue }: Order) => (queue ? { queue } : {});

const whatToDeploy = ({ release, regions, ...order }: Order) => ({
  ...(release !== undefined && { release }),
  ...(regions && { regions: [...regions] }),
  ...queueOf({ ...order, release }),
});

function startText(
  { deployment, ahead, lock: held }: Pick<DeployAnswer, 'deployment' | 'ahead' | 'lock'>,
  { mayWaitFor = [] }: Agreed,
): string {
  if (held) return `${deployment} waits until the lane is unlocked`;
  if (ahead > 0) return `${deployment} is queued, ${ahead} before it`;
  return mayWaitFor.includes('freeze') ? `${deployment} waits until the freeze is over` : `${deployment} starts`;
}

async function goFirst({ service, release, hotfix: active }: Order, agreed: Agreed, reason: string): Promise<string> {
  if (release === undefined || active === undefined) throw new RangeError('a hotfix is about a release');
  const { digest: dialog, idempotencyKey: key } = agreed;
  const answer = await hotfix(service, key, { release, reason, active, dialog });
  const when = answer.active === null ? 'now' : `once ${answer.active.deployment} ${madeWayText[answer.active.how]}`;
  return inEffect(`${answer.deployment} goes first`, when);
}

const untilOf = ({ until }: Order) => (until === undefined ? {} : { until });

const inEffect = (accepted: string, when: string): string => `${accepted}, in effect ${when}`;

interface ObjectOf {
  readonly service: string;
  readonly deployment: number;
  readonly region?: string | undefined;
  readonly incident: string;
}

async function sendToDeployment(
  verb: DeploymentVerb,
  { service, deployment, region, incident }: ObjectOf,
  { digest: dialog, idempotencyKey: key, planDigest, stage }: Agreed,
  reason: string,
): Promise<string> {
  const why = reason === '' ? {} : { reason };
  switch (verb) {
    case 'pause':
      return (await pause(service, deployment, key, why)).message;
    case 'abort':
      return (await abort(service, deployment, key, why)).message;
    case 'reject':
      return (await reject(service, deployment, key, { reason, dialog })).message;
    case 'promote': {
      const token = await requestToken(verb, service, deployment, { planDigest }, key);
      return (await promote(service, deployment, key, { token, dialog, reason })).message;
    }
    case 'skip-region': {
      if (region === undefined) throw new RangeError('skip-region is about a region');
      const token = await requestToken(verb, service, deployment, { planDigest, region }, key);
      return (await skipRegion(service, deployment, key, { token, dialog, reason, region })).message;
    }
    default: {
      const what = {
        planDigest,
        // That it was about none is said, too: what is asked by now may be a stage.
        stage: stage ?? null,
        ...(verb === 'break-glass' && { emergency: { reason, incident } }),
      };
      const token = await requestToken(verb, service, deployment, what, key);
      const act = { approve, 'break-glass': breakGlass, resume, 'end-undo': endUndo }[verb];
      return (await act(service, deployment, key, { token, dialog })).message;
    }
  }
}

interface WhatIsAgreed {
  readonly planDigest: string | null;
  readonly stage?: string | null;
  /** Of skip-region. */
  readonly region?: string;
  readonly emergency?: { readonly reason: string; readonly incident: string };
}

/** A signed statement that this person agreed to this plan; it works in Temporal's Web UI and CLI too. */
export async function requestToken(
  verb: 'approve' | 'break-glass' | 'resume' | 'promote' | 'skip-region' | 'end-undo',
  service: string,
  deployment: number,
  { planDigest, ...rest }: WhatIsAgreed,
  key: string,
): Promise<string> {
  if (planDigest === null) throw new RangeError(`${service}/${deployment} has no plan to agree to yet`);
  return (await approvalToken(service, deployment, `${key}-token`, { verb, planDigest, ...rest })).token;
}
