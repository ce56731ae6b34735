import type { Dialog, Problem } from '../client/api.ts';
import { codeOf } from '../client/problem-of.ts';

/** How far a person's order has come. Sent, accepted and in effect are three states; the last is told by the page. */
export type Asking =
  | Reading
  | Asked
  | { readonly phase: 'accepted'; readonly at: number; readonly message: string }
  | { readonly phase: 'kept' };

export interface Reading {
  readonly phase: 'reading';
  /** Why the dialog could not be read. */
  readonly problem: Problem | null;
  /** It takes long. */
  readonly isLate: boolean;
  /** What stood there before the person chose something else about it: it stays until that is read. */
  readonly before?: Dialog;
}

/** The person can send it, or has. */
export interface Asked {
  readonly phase: 'asking' | 'sending';
  /** `null` when it was sent without: what stops things doesn't wait for its dialog. */
  readonly dialog: Dialog | null;
  /** Labels of lines that say something else than before, and `title`. */
  readonly changed: readonly string[];
  /** Why it was not done. */
  readonly problem: Problem | null;
  /** No answer came: the request may have arrived. */
  readonly isUncertain: boolean;
}

export type AskingEvent =
  | { readonly type: 'read'; readonly dialog: Dialog }
  | { readonly type: 'late' }
  | { readonly type: 'unreadable'; readonly problem: Problem }
  | { readonly type: 'sent' }
  | { readonly type: 'no-answer' }
  | { readonly type: 'failed'; readonly problem: Problem }
  | { readonly type: 'accepted'; readonly at: number; readonly message: string }
  | { readonly type: 'kept' };

export const reading: Reading = { phase: 'reading', problem: null, isLate: false };

/** The next state. Nothing is shown before it is true, and what can't happen in a state changes nothing. */
export function afterEvent(asking: Asking, event: AskingEvent): Asking {
  switch (event.type) {
    case 'kept':
      return { phase: 'kept' };
    case 'accepted':
      // The person may have closed the dialog meanwhile: it was accepted all the same.
      return { phase: 'accepted', at: event.at, message: event.message };
    case 'read':
      return shown(asking, event.dialog);
    case 'late':
      return asking.phase === 'reading' ? { ...asking, isLate: true } : asking;
    case 'unreadable':
      return asking.phase === 'reading' ? { ...asking, problem: event.problem } : asking;
    case 'sent':
      return sent(asking);
    case 'no-answer':
      return isAsked(asking) && asking.phase === 'sending' ? { ...asking, isUncertain: true } : asking;
    case 'failed':
      return isAsked(asking) ? refused(asking, event.problem) : asking;
    default:
      return event satisfies never;
  }
}

export const isAsked = (asking: Asking): asking is Asked => asking.phase === 'asking' || asking.phase === 'sending';

/** What was sent and not answered may be pressed again: it is one request, however often it arrives. */
export const mayPress = ({ phase, isUncertain, dialog }: Asked): boolean =>
  (dialog === null || dialog.refused === null) && (phase === 'asking' || isUncertain);

/** It may have arrived, or not. */
export const isNoAnswer = ({ status }: Problem): boolean => status === 0 || status >= 500;

/** Its meaning moved while it was open: it has to be read anew. */
export const isMoved = (problem: Problem): boolean => codeOf(problem) === 'state-changed';

function sent(asking: Asking): Asking {
  if (isAsked(asking)) return { ...asking, phase: 'sending', problem: null, isUncertain: false };
  if (asking.phase !== 'reading') return asking;
  return { phase: 'sending', dialog: null, changed: [], problem: null, isUncertain: false };
}

function shown(asking: Asking, dialog: Dialog): Asking {
  if (asking.phase === 'kept' || asking.phase === 'accepted') return asking;
  if (!isAsked(asking)) return { phase: 'asking', dialog, changed: [], problem: null, isUncertain: false };
  // What was sent without its dialog is pressed again as it was: another key would make it another request.
  if (asking.dialog === null) return asking;
  const changed = differences(asking.dialog, dialog);
  return { phase: 'asking', dialog, changed, problem: null, isUncertain: false };
}

function refused(asking: Asked, problem: Problem): Asked {
  const isUncertain = isNoAnswer(problem);
  return { ...asking, phase: 'asking', problem: isUncertain ? null : problem, isUncertain };
}

export function differences(before: Dialog, after: Dialog): string[] {
  const old = new Map(before.lines.map(({ label, text }) => [label, text]));
  const lines = after.lines.filter(({ label, text }) => old.get(label) !== text).map(({ label }) => label);
  // What moved may stand in no line: then the whole question is another.
  const isOther = before.title !== after.title || (lines.length === 0 && before.digest !== after.digest);
  return isOther ? ['title', ...lines] : lines;
}
