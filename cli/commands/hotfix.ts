import type { ServiceName } from '../../domain/names.ts';
import { lockText } from '../../domain/progress/lock-text.ts';
import { madeWayText } from '../../domain/progress/makes-way-text.ts';
import type { HotfixAnswer } from '../../protocol/api/deployment.ts';
import { printAccepted } from '../accepted.ts';
import { sendAgreed, type DialogFlags } from '../dialog.ts';
import { callInsistently } from '../insistent-call.ts';
import type { Session } from '../session.ts';
import { UsageError } from '../usage-error.ts';
import { toItsEnd, watchDeployment } from '../watch/watch-deployment.ts';

export interface HotfixFlags extends DialogFlags {
  readonly hold?: true;
  readonly undo?: true;
  readonly althoughReverted?: true;
  readonly watch?: true;
}

/** Has a release go first, and what is active make way for it. */
export async function hotfix(
  session: Session,
  object: { readonly service: ServiceName; readonly release: number },
  flags: HotfixFlags,
): Promise<number | void> {
  const { client, output, interrupted: signal } = session;
  const { service, release } = object;
  if (flags.hold && flags.undo) throw new UsageError('--hold and --undo exclude each other');
  const active = flags.hold ? 'hold' : 'undo';
  // It is part of what is agreed to: without it the dialog would say that it is refused, and nothing would be asked.
  const insists = flags.althoughReverted && { althoughReverted: true };
  const asked = { service, verb: 'deploy', release: release as never, hotfix: active, ...insists } as const;
  const answer = await sendAgreed(session, { ...asked, needsReason: true }, flags, ({ dialog, reason = '' }) =>
    callInsistently(client, 'hotfix', {
      path: { service },
      body: { release, reason, active, dialog: dialog.digest, ...insists },
      idempotencyKey: dialog.idempotencyKey,
      signal,
    }),
  );
  const { deployment, number, repeated } = answer;
  if (output.isJson && flags.watch) {
    output.event({ type: 'hotfix', at: new Date().toISOString(), ...answer, inEffect: inEffectOf(answer) });
  } else {
    const accepted = `${deployment}: ${service}@${release} goes first${repeated ? ', asked for before' : ''}`;
    const next = `slipway watch ${deployment}`;
    const { superseded } = answer;
    printAccepted(output, 'hotfix', { accepted, superseded, inEffect: inEffectOf(answer), next }, answer);
  }
  if (flags.watch) return watchDeployment(session, { service, number }, toItsEnd);
}

function inEffectOf({ active, lock }: HotfixAnswer): string {
  const when = active === null ? 'now' : `once ${active.deployment} ${madeWayText[active.how]}`;
  return `${when}: it goes through its checks, approvals and regions, and no freeze, cap or window keeps it${lock === null ? '' : `; the lane stays ${lockText(lock)}`}`;
}
