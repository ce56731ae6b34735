import type { ApprovalVerb } from '../../domain/approval/approval.ts';
import type { RegionName } from '../../domain/names.ts';
import type { VerbAnswer } from '../../protocol/api/deployment.ts';
import { deploymentReference, type ObjectReference } from '../../protocol/api/object-reference.ts';
import { problemOf } from '../../protocol/api/problems.ts';
import { ApiProblemError } from '../api-client.ts';
import {
  DialogUnreadError,
  requireAnswers,
  sendAgreed,
  type Agreed,
  type DialogFlags,
  type DialogTarget,
} from '../dialog.ts';
import { callInsistently } from '../insistent-call.ts';
import type { Session } from '../session.ts';
import { UsageError } from '../usage-error.ts';
import { untilPlanned } from './until-planned.ts';

export interface VerbFlags extends DialogFlags {
  readonly hold?: true;
  readonly confirm?: string;
  readonly incident?: string;
}

export type Target = Extract<ObjectReference, { kind: 'deployment' }>;

/** Nothing is asked: it only stops, and can be undone. */
export async function pause(session: Session, target: Target, { reason }: VerbFlags): Promise<VerbAnswer> {
  await session.introduce();
  const body = reason === undefined ? {} : { reason };
  return callInsistently(session.client, 'pause', { ...callOf(session, target), body });
}

export const reject = (session: Session, target: Target, flags: VerbFlags): Promise<VerbAnswer> =>
  sendAgreed(session, { ...asked(target, 'reject'), needsReason: true }, flags, ({ dialog, reason = '' }) =>
    callInsistently(session.client, 'reject', {
      ...callOf(session, target, dialog.idempotencyKey),
      body: { reason, dialog: dialog.digest },
    }),
  );

/** It may be given as soon as a change is merged. */
export function approve(session: Session, target: Target, flags: VerbFlags): Promise<VerbAnswer> {
  const object = { service: target.service, number: target.deployment };
  return sendWithToken(session, target, flags, 'approve', (person) => untilPlanned(session, object, person));
}

/** What is written of it stays for ever: why, and for which incident, is asked before anything is sent. */
export async function breakGlass(session: Session, target: Target, flags: VerbFlags): Promise<VerbAnswer> {
  const left = [...(flags.incident === undefined ? ['--incident <link>'] : []), ...unnamed(target, flags)];
  requireAnswers(session.terminal, { ...asked(target, 'break-glass'), needsReason: true }, flags, left);
  const incident = (flags.incident ?? (await session.terminal?.ask('Incident, or a link to it: ')))?.trim();
  if (!incident) throw new UsageError('it needs the incident: --incident <link>');
  await requireName(session, target, flags);
  return sendWithToken(session, { ...target, incident }, flags, 'break-glass');
}

export async function endUndo(session: Session, target: Target, flags: VerbFlags): Promise<VerbAnswer> {
  requireAnswers(session.terminal, asked(target, 'end-undo'), flags, unnamed(target, flags));
  await requireName(session, target, flags);
  return sendWithToken(session, target, flags, 'end-undo');
}

const unnamed = ({ service }: Target, { confirm }: VerbFlags): readonly string[] =>
  confirm === undefined ? [`--confirm ${service}`] : [];

const asked = ({ service, deployment }: Target, verb: DialogTarget['verb']) => ({
  service,
  verb,
  deployment,
});

/** With `--yes` it is sent even if the api can't say what it would do: the fire exit doesn't jam. */
export async function abort(session: Session, target: Target, flags: VerbFlags): Promise<VerbAnswer> {
  const { hold = false } = flags;
  const sendIt = (reason: string | undefined, key?: string) =>
    callInsistently(session.client, 'abort', {
      ...callOf(session, target, key),
      body: { hold, ...(reason !== undefined && { reason }) },
    });
  try {
    return await sendAgreed(session, { ...asked(target, 'abort'), ...abortOf(flags) }, flags, ({ dialog, reason }) =>
      sendIt(reason, dialog.idempotencyKey),
    );
  } catch (error) {
    if (!(error instanceof DialogUnreadError)) throw error;
    if (!flags.yes) throw error.cause;
    session.output.note(`what it does could not be shown (${error.message}); it is sent all the same`);
    return sendIt(flags.reason);
  }
}

const abortOf = ({ hold }: VerbFlags): Pick<DialogTarget, 'unbound' | 'hold'> => ({
  unbound: true,
  ...(hold && { hold }),
});

const callOf = ({ interrupted: signal }: Session, { service, deployment }: Target, idempotencyKey?: string) => ({
  path: { service, deployment },
  signal,
  ...(idempotencyKey !== undefined && { idempotencyKey }),
});

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

/** Where a mistake in the service would harm: a name that was typed is the right one's. @throws UsageError */
export async function requireName(
  { terminal }: Session,
  { service }: { readonly service: string },
  { confirm }: Pick<VerbFlags, 'confirm'>,
): Promise<void> {
  const typed = confirm ?? (await terminal?.ask(`Type the service's name, ${service}, to go on: `))?.trim();
  if (typed === undefined) throw new UsageError(`nobody can be asked here: give --confirm ${service}`);
  if (typed !== service) throw new UsageError(`${JSON.stringify(typed)} is not ${service}: nothing was changed`);
}
