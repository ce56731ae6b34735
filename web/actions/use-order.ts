import { useCallback, useReducer, useRef } from 'react';
import { problemOf } from '../client/problem-of.ts';
import { afterEvent, isAsked, isMoved, reading, type Asking, type AskingEvent } from './asking.ts';
import { readDialog, send, type Agreed, type Order } from './orders.ts';
import { isAskedFirst } from './verb-words.ts';

/** After this long without an answer the person is told that it may have arrived. */
const answerMs = 10_000;

export interface OpenOrder {
  /** `null` when nothing was begun. */
  readonly order: Order | null;
  readonly asking: Asking;
  begin(order: Order): void;
  readAgain(): void;
  /** The person chose the verb. */
  confirm(reason: string): void;
  /** The person chose to leave everything as it is. */
  keep(): void;
}

type State = { readonly order: Order | null; readonly asking: Asking };
type Step = AskingEvent | { readonly type: 'begin'; readonly order: Order };

const step = ({ order, asking }: State, event: Step): State =>
  event.type === 'begin' ? { order: event.order, asking: reading } : { order, asking: afterEvent(asking, event) };

/** One order at a time, from the button to the api's answer. `onAccepted` comes before anything is shown of it. */
export function useOrder(onAccepted: () => void): OpenOrder {
  const [{ order, asking }, happen] = useReducer(step, { order: null, asking: { phase: 'kept' } });
  /** Answers to what is not open any more are nobody's. */
  const current = useRef(0);

  const read = useCallback(async (wanted: Order, mine: number): Promise<Agreed | null> => {
    try {
      const dialog = await readDialog(wanted);
      if (mine === current.current) happen({ type: 'read', dialog });
      return dialog;
    } catch (error) {
      if (mine === current.current) happen({ type: 'unreadable', problem: problemOf(error) });
      return null;
    }
  }, []);

  const confirm = useCallback(
    async (wanted: Order, agreed: Agreed, reason: string, mine: number): Promise<void> => {
      happen({ type: 'sent' });
      const late = window.setTimeout(() => mine === current.current && happen({ type: 'no-answer' }), answerMs);
      try {
        const message = await send(wanted, agreed, reason);
        onAccepted();
        if (mine === current.current) happen({ type: 'accepted', at: Date.now(), message });
      } catch (error) {
        const problem = problemOf(error);
        if (mine !== current.current) return;
        if (isMoved(problem)) await read(wanted, mine);
        else happen({ type: 'failed', problem });
      } finally {
        window.clearTimeout(late);
      }
    },
    [onAccepted, read],
  );

  const begin = (wanted: Order): void => {
    const mine = ++current.current;
    happen({ type: 'begin', order: wanted });
    void read(wanted, mine).then((agreed) => {
      if (!isAskedFirst(wanted.verb) && agreed !== null) void confirm(wanted, agreed, '', mine);
    });
  };
  return {
    order,
    asking,
    begin,
    readAgain: () => order !== null && begin(order),
    confirm: (reason) => void (order && isAsked(asking) && confirm(order, asking.dialog, reason, current.current)),
    keep: () => happen({ type: 'kept' }),
  };
}
