import { useEffect, useRef, useState } from 'react';
import { clockText } from '../live/freshness.ts';
import { ProblemPanel } from '../parts/problem-panel.tsx';
import { isAsked, mayPress, type Asked } from './asking.ts';
import type { Order } from './orders.ts';
import type { OpenOrder } from './use-order.ts';
import { isAskedFirst, isTyped } from './verb-words.ts';

/** Asks before a verb is sent: what it would do, and two buttons, of which the first leaves everything as it is. */
export function VerbDialog({ open }: { readonly open: OpenOrder }) {
  const { order, asking, keep } = open;
  const dialog = useRef<HTMLDialogElement>(null);
  const isOpen = order !== null && isAskedFirst(order.verb) && (asking.phase === 'reading' || isAsked(asking));
  useEffect(() => {
    const element = dialog.current;
    if (element === null) return;
    if (isOpen && !element.open) element.showModal();
    if (!isOpen && element.open) element.close();
  }, [isOpen]);
  return (
    <dialog
      ref={dialog}
      className="verb"
      aria-labelledby="verb-title"
      onCancel={keep}
      // The event comes a moment after the closing: the dialog may have been opened again meanwhile.
      onClose={({ currentTarget }) => isOpen && !currentTarget.open && keep()}
    >
      {isOpen && order !== null && <Content key={`${order.verb} ${order.service}`} open={open} order={order} />}
    </dialog>
  );
}

function Content({ open, order }: { readonly open: OpenOrder; readonly order: Order }) {
  const { asking } = open;
  if (isAsked(asking)) return <Question asked={asking} open={open} order={order} />;
  const problem = asking.phase === 'reading' ? asking.problem : null;
  return (
    <>
      <h2 id="verb-title" tabIndex={-1}>
        {problem === null ? 'Reading what it would do…' : 'It can’t be said what it would do'}
      </h2>
      {problem !== null && <ProblemPanel problem={problem} onTryAgain={open.readAgain} />}
      <button type="button" onClick={open.keep}>
        Close
      </button>
    </>
  );
}

function Question({ asked, open, order }: { readonly asked: Asked; readonly open: OpenOrder; readonly order: Order }) {
  const { dialog, changed, problem, isUncertain, phase } = asked;
  const [reason, setReason] = useState('');
  const [typed, setTyped] = useState('');
  const heading = useRef<HTMLHeadingElement>(null);
  // Enter does nothing until a button is chosen.
  useEffect(() => heading.current?.focus(), [dialog]);
  const isMissing =
    (dialog.reason === 'required' && reason.trim() === '') || (isTyped(order.verb) && typed !== order.service);
  return (
    <>
      <h2 id="verb-title" tabIndex={-1} ref={heading}>
        {changed.includes('title') ? <mark>{dialog.title}</mark> : dialog.title}
      </h2>
      <p className="quiet">state read at {clockText(dialog.readAt)}</p>
      {changed.length > 0 && (
        <p className="changed" role="alert">
          Something changed since you looked. What differs is marked: look again, and decide anew.
        </p>
      )}
      <dl className="lines">
        {dialog.lines.map(({ label, text }) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{changed.includes(label) ? <mark>{text}</mark> : text}</dd>
          </div>
        ))}
      </dl>
      {dialog.refused !== null && <p className="refused">{dialog.refused}</p>}
      {dialog.reason !== 'none' && dialog.refused === null && (
        <label className="field">
          Reason{dialog.reason === 'optional' && ' (optional)'}
          <input value={reason} maxLength={500} onChange={({ target }) => setReason(target.value)} />
        </label>
      )}
      {isTyped(order.verb) && (
        <label className="field">
          Type <code>{order.service}</code> to go on
          <input value={typed} autoComplete="off" onChange={({ target }) => setTyped(target.value)} />
        </label>
      )}
      {problem !== null && <ProblemPanel problem={problem} />}
      {isUncertain && <p role="alert">Not known whether it arrived. Pressing again is safe.</p>}
      <div className="choice">
        <button type="button" onClick={open.keep}>
          {dialog.keep}
        </button>
        {dialog.refused === null && (
          <button
            type="button"
            className={`confirm ${dialog.verb}`}
            disabled={!mayPress(asked) || isMissing}
            onClick={() => open.confirm(reason.trim())}
          >
            {phase === 'sending' && !isUncertain ? 'Sending…' : dialog.confirm}
          </button>
        )}
      </div>
    </>
  );
}
