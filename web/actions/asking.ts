import type { Dialog, Problem } from '../client/api.ts';
import { codeOf } from '../client/problem-of.ts';

/** How far a person's order has come. Sent, accepted and in effect are three states; the last is told by the page. */
export type Asking =
  | { readonly phase: 'reading'; readonly problem: Problem | null }
  | Asked
  | { readonly phase: 'accepted'; readonly at: number; readonly message: string }
  | { readonly phase: 'kept' };

/** The dialog is on screen. */
export interface Asked {
  readonly phase: 'asking' | 'sending';
  readonly dialog: Dialog;
  /** Labels of lines that say something else than before, and `title`. */
  readonly changed: readonly string[];
  /** Why it was not done. */
  readonly problem: Problem | null;
  /** No answer came: the request may have arrived. */
  readonly isUncertain: boolean;
}

export type AskingEvent =
  | { readonly type: 'read'; readonly dialog: Dialog }
  | { readonly type: 'unreadable'; readonly problem: Problem }
  | { readonly type: 'read-again' }
  | { readonly type: 'sent' }
  | { readonly type: 'no-answer' }
  | { readonly type: 'failed'; readonly problem: Problem }
  | { readonly type: 'accepted'; readonly at: number; readonly message: string }
  | { readonly type: 'kept' };

export const reading: Asking = { phase: 'reading', problem: null };

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
    case 'unreadable':
      return asking.phase === 'reading' ? { phase: 'reading', problem: event.problem } : asking;
    case 'read-again':
      return asking.phase === 'reading' ? reading : asking;
    case 'sent':
      return isAsked(asking) ? { ...asking, phase: 'sending', problem: null, isUncertain: false } : asking;
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
  dialog.refused === null && (phase === 'asking' || isUncertain);

/** Its meaning moved while it was open: it has to be read anew. */
export const isMoved = (problem: Problem): boolean => codeOf(problem) === 'state-changed';

function shown(asking: Asking, dialog: Dialog): Asking {
  if (asking.phase === 'kept' || asking.phase === 'accepted') return asking;
  const changed = isAsked(asking) ? differences(asking.dialog, dialog) : [];
  return { phase: 'asking', dialog, changed, problem: null, isUncertain: false };
}

function refused(asking: Asked, problem: Problem): Asked {
  const isUncertain = problem.status === 0 || problem.status >= 500;
  return { ...asking, phase: 'asking', problem: isUncertain ? null : problem, isUncertain };
}

export function differences(before: Dialog, after: Dialog): string[] {
  const old = new Map(before.lines.map(({ label, text }) => [label, text]));
  const lines = after.lines.filter(({ label, text }) => old.get(label) !== text).map(({ label }) => label);
  // What moved may stand in no line: then the whole question is another.
  const isOther = before.title !== after.title || (lines.length === 0 && before.digest !== after.digest);
  return isOther ? ['title', ...lines] : lines;
}
