import type { VerbAnswer } from '../../protocol/api/deployment.ts';
import { DialogUnreadError, requireAnswers, sendAgreed, type DialogTarget } from '../dialog.ts';
import { callInsistently } from '../insistent-call.ts';
import type { Session } from '../session.ts';
import { UsageError } from '../usage-error.ts';
import { asked, callOf, type Target, type VerbFlags } from './deployment-call.ts';
import { requireName } from './require-name.ts';
import { sendWithToken } from './send-signed-verb.ts';
import { untilPlanned } from './until-planned.ts';

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
