import type { Dialog } from '../client/api.ts';
import type { Asked, Reading } from './asking.ts';
import type { Order } from './orders.ts';
import { isSentUnread } from './verb-words.ts';

/** What stands in the dialog, whether the api could say what the verb would do or not. */
export interface Question extends Pick<Dialog, 'title' | 'lines' | 'keep' | 'reason' | 'refused' | 'mayWaitFor'> {
  /** `null` when it was not read. */
  readonly readAt: string | null;
  /** On the button that does it; `null` as long as there is none. */
  readonly confirm: string | null;
}

type Nothing = Pick<Question, 'lines' | 'reason' | 'refused' | 'readAt'>;
const nothing: Nothing = { lines: [], reason: 'none', refused: null, readAt: null };

export function questionOf(order: Order, asking: Reading | Asked): Question {
  if (asking.phase !== 'reading' && asking.dialog !== null) {
    const { dialog } = asking;
    return { ...dialog, confirm: dialog.refused === null ? dialog.confirm : null };
  }
  if (asking.phase === 'reading' && asking.before && !asking.isLate && asking.problem === null) {
    const { before } = asking;
    return { ...before, confirm: before.refused === null ? before.confirm : null };
  }
  const isUnread = asking.phase !== 'reading' || asking.isLate || asking.problem !== null;
  if (isUnread && isSentUnread(order.verb)) return unread(order);
  const title =
    asking.phase === 'reading' && asking.problem === null
      ? 'Reading what it would do…'
      : 'It can’t be said what it would do';
  return { ...nothing, title, keep: 'Close', confirm: null };
}

/** What is known of it anyway. */
function unread({ verb, service, deployment }: Order): Question {
  const name = verb === 'lock' ? service : `${service}/${deployment}`;
  const words = verb === 'lock' ? lockWords : abortWords;
  const lines = [
    { label: 'What', text: words.what },
    { label: 'Not known', text: words.notKnown },
  ];
  return { ...nothing, ...words, title: `${words.verb} ${name}?`, lines, confirm: `${words.verb} all the same` };
}

const abortWords = {
  verb: 'Abort',
  what: 'It stops, and every region that it has begun in is undone.',
  notKnown: 'How many hosts that is, and how long it takes: it could not be read yet.',
  keep: 'Keep it running',
  reason: 'optional',
} as const;

const lockWords = {
  verb: 'Lock',
  what: 'No deployment of it starts until it is unlocked; rollbacks do.',
  notKnown: 'What waits in its lane: it could not be read yet.',
  keep: 'Leave it open',
  reason: 'required',
} as const;
