import type { ApprovalVerb } from '../../domain/approval/approval.ts';
import type { RegionName } from '../../domain/names.ts';
import type { VerbAnswer } from '../../protocol/api/deployment.ts';
import { deploymentReference } from '../../protocol/api/object-reference.ts';
import { problemOf } from '../../protocol/api/problems.ts';
import { ApiProblemError } from '../api-client.ts';
import { sendAgreed, type Agreed, type DialogTarget } from '../dialog.ts';
import { callInsistently } from '../insistent-call.ts';
import type { Session } from '../session.ts';
import { asked, callOf, type Target, type VerbFlags } from './deployment-call.ts';

/** What moves hosts forward needs a signed statement over exactly the plan that was shown. */
export const sendWithToken = (
  session: Session,
  target: Target & { readonly incident?: string },
  flags: VerbFlags,
  verb: keyof typeof routeOf,
  until?: DialogTarget['until'],
): Promise<VerbAnswer> =>
  sendAgreed(session, { ...asked(target, verb), until, ...reasonOf(verb) }, flags, async ({ dialog, reason = '' }) => {
    const { incident } = target;
    const body = {
      verb,
      planDigest: planDigestOf(dialog, target),
      stage: dialog.stage ?? null,
      ...(incident !== undefined && { emergency: { reason, incident } }),
    };
    const { token } = await callInsistently(session.client, 'approvalToken', { ...callOf(session, target), body });
    return callInsistently(session.client, routeOf[verb], {
      ...callOf(session, target, dialog.idempotencyKey),
      body: { token, dialog: dialog.digest },
    });
  });

/** A person's decision not to wait, with its reason. */
export const sendDecision = (
  session: Session,
  target: Target,
  flags: VerbFlags,
  decision: { readonly verb: 'promote' } | { readonly verb: 'skip-region'; readonly region: RegionName },
): Promise<VerbAnswer> =>
  sendAgreed(session, { ...asked(target, decision.verb), ...decision, needsReason: true }, flags, async (agreed) => {
    const { dialog, reason = '' } = agreed;
    const body = { ...decision, planDigest: planDigestOf(dialog, target) };
    const { token } = await callInsistently(session.client, 'approvalToken', { ...callOf(session, target), body });
    const call = { ...callOf(session, target, dialog.idempotencyKey) };
    const sent = { token, reason, dialog: dialog.digest };
    return decision.verb === 'promote'
      ? callInsistently(session.client, 'promote', { ...call, body: sent })
      : callInsistently(session.client, 'skipRegion', { ...call, body: { ...sent, region: decision.region } });
  });

const reasonOf = (verb: ApprovalVerb) => (verb === 'break-glass' ? ({ needsReason: true } as const) : {});

const routeOf = { approve: 'approve', 'break-glass': 'breakGlass', resume: 'resume', 'end-undo': 'endUndo' } as const;

function planDigestOf({ planDigest, refused }: Agreed['dialog'], { service, deployment }: Target) {
  if (planDigest !== null) return planDigest;
  const name = deploymentReference(service, deployment);
  const detail = refused ?? `${name} has no plan that could be agreed to now`;
  throw new ApiProblemError(problemOf('state-changed', { detail }));
}
