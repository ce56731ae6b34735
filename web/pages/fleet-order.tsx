import { useRef, useState } from 'react';
import type { Problem } from '../client/api.ts';
import { problemOf } from '../client/problem-of.ts';
import { randomKey } from '../actions/random-key.ts';
import { ProblemPanel } from '../parts/problem-panel.tsx';

interface FleetOrderProps {
  readonly label: string;
  /** What it does, before it is done. */
  readonly says: string;
  readonly confirm: string;
  readonly send: (key: string, reason: string) => Promise<unknown>;
  readonly onDone: () => void;
}

/** Asks why, once, and sends it. What may have arrived is sent again with the same key: a repeat does nothing twice. */
export function FleetOrder({ label, says, confirm, send, onDone }: FleetOrderProps) {
  const [isOpen, setOpen] = useState(false);
  const [reason, setReason] = useState('');
  const [isSending, setSending] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const key = useRef('');
  if (!isOpen)
    return (
      <button
        type="button"
        onClick={() => {
          key.current = randomKey();
          setOpen(true);
        }}
      >
        {label}
      </button>
    );
  const close = (): void => {
    setOpen(false);
    setReason('');
    setProblem(null);
  };
  const order = async (): Promise<void> => {
    setSending(true);
    try {
      await send(key.current, reason.trim());
      close();
      onDone();
    } catch (error) {
      setProblem(problemOf(error));
    }
    setSending(false);
  };
  return (
    <form
      className="order"
      onSubmit={(event) => {
        event.preventDefault();
        void order();
      }}
    >
      <p>{says}</p>
      <label className="field">
        Reason
        <input
          value={reason}
          maxLength={500}
          onChange={({ target }) => {
            setReason(target.value);
          }}
        />
      </label>
      {problem !== null && <ProblemPanel problem={problem} />}
      <div className="choice">
        <button type="button" onClick={close}>
          Leave it
        </button>
        <button type="submit" className="confirm" disabled={reason.trim() === '' || isSending}>
          {isSending ? 'Sending…' : confirm}
        </button>
      </div>
    </form>
  );
}
