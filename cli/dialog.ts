import type { Command } from 'commander';
import type { Dialog, DialogQuery } from '../protocol/api/dialog.ts';
import type { SignedIn } from '../protocol/api/people.ts';
import { problemCode, problemOf } from '../protocol/api/problems.ts';
import { ApiProblemError } from './api-client.ts';
import { callInsistently } from './insistent-call.ts';
import type { Output } from './output.ts';
import type { Session, SharedFlags } from './session.ts';
import type { Terminal } from './terminal.ts';
import { textTable } from './text-table.ts';
import { UsageError } from './usage-error.ts';

export interface DialogFlags extends SharedFlags {
  readonly yes?: true;
  readonly reason?: string;
}

export const yesFlag = (command: Command): Command =>
  command.option('--yes', 'agree to what it would do without being asked (needed where nobody can answer)');

/** What is asked about. */
export interface DialogTarget extends Pick<
  DialogQuery,
  'verb' | 'deployment' | 'release' | 'hotfix' | 'althoughReverted' | 'hold' | 'region' | 'regions' | 'to'
> {
  readonly service: string;
  /** A refusal that only the verb itself can tell: nothing would stop it from doing more than was shown. */
  readonly unbound?: true;
  readonly needsReason?: true;
  /** Waits until there is something to ask about. */
  readonly until?: ((person: SignedIn) => Promise<void>) | undefined;
}

/** What a verb would do can't be told now: `cause` is why. */
export class DialogUnreadError extends Error {
  override readonly name = 'DialogUnreadError';
}

/** What a person agreed to. */
export interface Agreed {
  readonly dialog: Dialog;
  readonly reason: string | undefined;
}

/**
 * Shows what a verb would do, asks once, and sends it. When its meaning moved between the two, the dialog is shown again
 * and must be agreed to again; with `--yes` that is the end. @throws UsageError when nobody agreed
 */
export async function sendAgreed<Answer>(
  session: Session,
  target: DialogTarget,
  flags: DialogFlags,
  send: (agreed: Agreed) => Promise<Answer>,
): Promise<Answer> {
  requireAnswers(session.terminal, target, flags);
  const unasked = <Result>(work: () => Promise<Result>): Promise<Result> =>
    session.terminal === null || flags.yes ? work() : session.terminal.deafTo(work);
  const person = await session.introduce();
  await unasked(async () => target.until?.(person));
  for (let before: Dialog | null = null; ;) {
    const dialog = await unasked(() => readDialog(session, target));
    // What is refused would do nothing of it: its answer says why.
    if (dialog.refused === null) showDialog(session.output, dialog, before);
    const reason = await agree(session.terminal, dialog, target, flags);
    try {
      return await send({ dialog, reason });
    } catch (error) {
      // What is refused is not asked about again: nobody would stop that.
      if (flags.yes || dialog.refused !== null || !isStateChanged(error)) throw error;
      session.output.note((error as Error).message);
      before = dialog;
    }
  }
}

/**
 * Before anything is sent: whether a script is right must not depend on what the api would say. It is told all that it has
 * left out at once. @param also flags that are wanted besides, and were left out @throws UsageError
 */
export function requireAnswers(
  terminal: Terminal | null,
  target: Pick<DialogTarget, 'service' | 'deployment' | 'needsReason'>,
  { yes, reason }: DialogFlags,
  also: readonly string[] = [],
): void {
  const isUnreasoned = target.needsReason === true && !reason?.trim();
  const asked = [...also, ...(yes ? [] : ['--yes'])];
  if (terminal === null && asked.length > 0) {
    const all = [...(isUnreasoned ? ['--reason <text>'] : []), ...asked].join(' ');
    throw new UsageError(
      `nobody can be asked here: look (${lookAt(target)}), then give ${all} to agree to what it does`,
    );
  }
  if (yes && isUnreasoned) throw new UsageError(missingReason);
}

const lookAt = ({ service, deployment }: Pick<DialogTarget, 'service' | 'deployment'>): string =>
  deployment === undefined ? `slipway status ${service}` : `slipway show ${service}/${deployment}`;

const missingReason = 'it needs a reason, for all to read: --reason <text>';

async function readDialog(
  { client, interrupted: signal }: Session,
  { service, verb, deployment, release, hotfix, althoughReverted, hold, region, regions, to, unbound }: DialogTarget,
): Promise<Dialog> {
  const call = {
    path: { service },
    query: {
      verb,
      deployment,
      release,
      hotfix,
      althoughReverted,
      hold,
      region,
      regions: regions?.join(',') as never,
      to,
    },
    signal,
  };
  try {
    return await callInsistently(client, 'showDialog', call);
  } catch (error) {
    const isFault = error instanceof ApiProblemError && error.problem.status >= 500;
    throw unbound && isFault ? new DialogUnreadError(error.message, { cause: error }) : error;
  }
}

/** `*` marks what is not as it was a moment ago. */
function showDialog(output: Output, { title, lines }: Dialog, before: Dialog | null): void {
  const isNew = ({ label, text }: Dialog['lines'][number]): boolean =>
    before !== null && !before.lines.some((line) => line.label === label && line.text === text);
  output.note(title);
  for (const line of textTable(lines.map((each) => [isNew(each) ? '*' : ' ', each.label, each.text])))
    output.note(line);
}

/** @returns the reason, which may have been asked for */
async function agree(
  terminal: Terminal | null,
  { confirm, keep, reason: wanted, refused }: Dialog,
  { unbound }: DialogTarget,
  flags: DialogFlags,
): Promise<string | undefined> {
  if (refused !== null) {
    if (unbound) throw new ApiProblemError(problemOf('refused', { detail: refused }));
    return flags.reason; // the api says why, with the problem that it is
  }
  const reason = flags.reason ?? (wanted === 'required' ? await askReason(terminal, flags) : undefined);
  if (flags.yes) return reason;
  const answer = await terminal?.ask(`${confirm}? Type yes, or Enter for "${keep}": `);
  if (!/^y(es)?$/i.test(answer?.trim() ?? '')) throw new UsageError(`not agreed to (${keep}): nothing was changed`);
  return reason;
}

async function askReason(terminal: Terminal | null, { yes }: DialogFlags): Promise<string> {
  const reason = yes ? '' : (await terminal?.ask('Reason, for all to read: '))?.trim();
  if (!reason) throw new UsageError(missingReason);
  return reason;
}

const isStateChanged = (error: unknown): boolean =>
  error instanceof ApiProblemError && problemCode(error.problem) === 'state-changed';
