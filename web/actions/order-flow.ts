import type { Dialog } from '../client/api.ts';
import { problemOf } from '../client/problem-of.ts';
import {
  afterEvent,
  isAsked,
  isMoved,
  isNoAnswer,
  mayPress,
  reading,
  type Asking,
  type AskingEvent,
} from './asking.ts';
import { keptKey } from './kept-key.ts';
import type { Agreed, Order } from './orders.ts';
import { isAskedFirst, isSentUnread } from './verb-words.ts';

export interface OrderState {
  /** `null` when nothing was begun. */
  readonly order: Order | null;
  readonly asking: Asking;
}

/** What a person says about a verb, beside the reason. */
export type Choice = Partial<Omit<Order, 'verb' | 'service' | 'deployment'>>;

/** One order at a time, from the button to the api's answer. */
export interface OrderFlow {
  state(): OrderState;
  subscribe(onChange: () => void): () => void;
  begin(order: Order): void;
  readAgain(): void;
  /** The person chose something about it: what it would do is read anew. */
  choose(change: Choice): void;
  /** The person chose the verb. */
  confirm(reason: string, choice?: Choice): void;
  /** The person chose to leave everything as it is. */
  keep(): void;
  /** What can be ordered now: what can't be any more has arrived, or is pointless. */
  offer(verbs: readonly Order['verb'][]): void;
}

/** What an order needs of the world. */
export interface OrderParts {
  readDialog(order: Order, signal: AbortSignal): Promise<Dialog>;
  /** @returns what the api has accepted @throws what `problemOf` understands */
  send(order: Order, agreed: Agreed, reason: string): Promise<string>;
  newKey(): string;
  /** Comes before anything is shown of it. */
  onAccepted(): void;
}

/** A person who wants to stop something isn't kept waiting for what it would do. */
const lateMs = 2_000;
/** After this long without an answer the person is told that it may have arrived. */
const answerMs = 10_000;

export function orderFlow({ readDialog, send, newKey, onAccepted }: OrderParts): OrderFlow {
  let state: OrderState = { order: null, asking: { phase: 'kept' } };
  const listeners = new Set<() => void>();
  const key = keptKey(newKey, Date.now);
  /** Answers to what is not open any more are nobody's. */
  let current = 0;
  /** A browser answers the same question once at a time: one that hangs would hold up those after it. */
  let question = new AbortController();

  const show = (next: OrderState): void => {
    state = next;
    listeners.forEach((listener) => listener());
  };
  const happen = (mine: number, event: AskingEvent): void => {
    if (mine === current) show({ ...state, asking: afterEvent(state.asking, event) });
  };
  const read = async (order: Order, mine: number): Promise<void> => {
    question.abort();
    question = new AbortController();
    const late = setTimeout(() => happen(mine, { type: 'late' }), lateMs);
    try {
      happen(mine, { type: 'read', dialog: await readDialog(order, question.signal) });
    } catch (error) {
      happen(mine, { type: 'unreadable', problem: problemOf(error) });
    } finally {
      clearTimeout(late);
    }
  };
  const sendNow = async (order: Order, agreed: Agreed, reason: string, mine: number): Promise<void> => {
    happen(mine, { type: 'sent' });
    const late = setTimeout(() => happen(mine, { type: 'no-answer' }), answerMs);
    try {
      const message = await send(order, agreed, reason);
      key.forget(order);
      onAccepted();
      happen(mine, { type: 'accepted', at: Date.now(), message });
    } catch (error) {
      const problem = problemOf(error);
      if (!isNoAnswer(problem)) key.forget(order);
      happen(mine, { type: 'failed', problem });
      if (isMoved(problem) && mine === current) await read(order, mine);
    } finally {
      clearTimeout(late);
    }
  };
  const unread = (order: Order): Agreed => ({ idempotencyKey: key.keyFor(order), planDigest: null });

  const begin = (order: Order): void => {
    const mine = ++current;
    question.abort();
    show({ order, asking: reading });
    void (isAskedFirst(order.verb) ? read(order, mine) : sendNow(order, unread(order), '', mine));
  };
  return {
    state: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    begin,
    readAgain() {
      const { order } = state;
      if (order === null) return;
      const mine = ++current;
      // Who was let press all the same is not kept waiting once more.
      show({ order, asking: { ...reading, isLate: true } });
      void read(order, mine);
    },
    choose(change) {
      const { order, asking } = state;
      if (order === null || (asking.phase !== 'reading' && asking.phase !== 'asking')) return;
      const before = asking.phase === 'reading' ? asking.before : asking.dialog;
      const mine = ++current;
      const next = { ...order, ...change };
      show({ order: next, asking: { ...reading, ...(before && { before }) } });
      void read(next, mine);
    },
    confirm(reason, choice = {}) {
      const { order, asking } = state;
      if (order === null || (isAsked(asking) && !mayPress(asking))) return;
      const dialog = isAsked(asking) ? asking.dialog : null;
      const isOpen = isAsked(asking) || asking.phase === 'reading';
      if (!isOpen || (dialog === null && !isSentUnread(order.verb))) return;
      if (dialog === null) question.abort();
      void sendNow({ ...order, ...choice }, dialog ?? unread(order), reason, current);
    },
    keep() {
      question.abort();
      happen(current, { type: 'kept' });
    },
    offer(verbs) {
      const { order, asking } = state;
      if (order === null || verbs.includes(order.verb)) return;
      key.forget(order);
      // Nobody has to wonder any more whether it arrived. A dialog stays open until its person closes it.
      if (!isAskedFirst(order.verb) && isAsked(asking) && asking.isUncertain) happen(current, { type: 'kept' });
    },
  };
}
