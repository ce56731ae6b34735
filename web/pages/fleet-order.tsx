import { useRef, useState, type ReactNode } from 'react';
import { flushSync } from 'react-dom';
import type { Problem } from '../client/api.ts';
import { problemOf } from '../client/problem-of.ts';
import { isNoAnswer } from '../actions/asking.ts';
import { formKeys } from '../actions/form-keys.ts';
import { randomKey } from '../actions/random-key.ts';
import { ProblemPanel } from '../parts/problem-panel.tsx';

interface FleetOrderProps<Chosen extends object> {
  readonly label: string;
  /** What it does, before it is done. */
  readonly says: string;
  readonly confirm: string;
  /** Why this person may not, and who could let them; `null` when they may. */
  readonly refused: string | null;
  /** What has to be chosen beside the reason is. */
  readonly isReady?: boolean;
  readonly children?: ReactNode;
  /** Of the form, beside the reason. */
  readonly chosen: Chosen;
  readonly send: (key: string, body: Chosen & { readonly reason: string }) => Promise<unknown>;
  readonly onDone: () => void;
}

/** Asks why, once, and sends it. What may have arrived is sent again with the same key: a repeat does nothing twice. */
export function FleetOrder<Chosen extends object>(props: FleetOrderProps<Chosen>) {
  const { label, says, confirm, refused, isReady = true, chosen, send, onDone, children } = props;
  const [isOpen, setOpen] = useState(false);
  const [reason, setReason] = useState('');
  const [isSending, setSending] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const keys = useRef(formKeys(randomKey));
  const place = useRef<HTMLDivElement>(null);
  // Who opens it goes on in it, and who closes it is back where it was opened.
  const turn = (toOpen: boolean): void => {
    flushSync(() => setOpen(toOpen));
    place.current?.querySelector<HTMLElement>(toOpen ? 'select, input, .refused' : 'button')?.focus();
  };
  const close = (): void => {
    setReason('');
    setProblem(null);
    turn(false);
  };
  const order = async (): Promise<void> => {
    setSending(true);
    const body = { ...chosen, reason: reason.trim() };
    try {
      await send(keys.current.keyFor(body), body);
      close();
      onDone();
    } catch (error) {
      const why = problemOf(error);
      if (!isNoAnswer(why)) keys.current.forget(body);
      setProblem(why);
    }
    setSending(false);
  };
  const begin = (): void => {
    keys.current = formKeys(randomKey);
    turn(true);
  };
  return (
    <div ref={place}>
      {isOpen ? (
        <form
          className="order"
          aria-label={confirm}
          onSubmit={(event) => {
            event.preventDefault();
            void order();
          }}
        >
          <p>{says}</p>
          {refused === null ? (
            <>
              {children}
              <label className="field">
                Reason
                <input value={reason} maxLength={500} onChange={({ target }) => setReason(target.value)} />
              </label>
            </>
          ) : (
            // Whoever may not is led to why.
            <p className="refused" tabIndex={-1}>
              {refused}
            </p>
          )}
          <div role="alert">{problem !== null && <ProblemPanel problem={problem} />}</div>
          <div className="choice">
            <button type="button" onClick={close}>
              Leave it
            </button>
            {refused === null && (
              <button type="submit" className="confirm" disabled={reason.trim() === '' || !isReady || isSending}>
                {isSending ? 'Sending…' : confirm}
              </button>
            )}
          </div>
        </form>
      ) : (
        <button type="button" onClick={begin}>
          {label}
        </button>
      )}
    </div>
  );
}
