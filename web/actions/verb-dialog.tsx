import { useEffect, useRef, useState } from 'react';
import { clockText } from '../parts/clock.ts';
import { ProblemPanel } from '../parts/problem-panel.tsx';
import { isAsked, mayPress, type Asked, type Asking, type Reading } from './asking.ts';
import type { Order } from './orders.ts';
import { questionOf } from './question.ts';
import type { OpenOrder } from './use-order.ts';
import { isAskedFirst, isTyped } from './verb-words.ts';

const isShown = (asking: Asking): asking is Reading | Asked => asking.phase === 'reading' || isAsked(asking);

/** Asks before a verb is sent: what it would do, and two buttons, of which the first leaves everything as it is. */
export function VerbDialog({ open }: { readonly open: OpenOrder }) {
  const { order, asking, keep } = open;
  const dialog = useRef<HTMLDialogElement>(null);
  const isOpen = order !== null && isAskedFirst(order.verb) && isShown(asking);
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
      {isOpen && <Content key={`${order.verb} ${order.service}`} open={open} order={order} asking={asking} />}
    </dialog>
  );
}

interface ContentProps {
  readonly open: OpenOrder;
  readonly order: Order;
  readonly asking: Reading | Asked;
}

/** The same elements before and after it was read: whoever types a reason goes on typing. */
function Content({ open, order, asking }: ContentProps) {
  const { title, lines, keep, confirm, reason: wanted, refused, readAt } = questionOf(order, asking);
  const asked = isAsked(asking) ? asking : null;
  const changed = asked?.changed ?? [];
  const [reason, setReason] = useState('');
  const [typed, setTyped] = useState('');
  const [endMs, setEndMs] = useState(0);
  const [incident, setIncident] = useState('');
  const heading = useRef<HTMLHeadingElement>(null);
  // Enter does nothing until a button is chosen.
  useEffect(() => {
    if (!(document.activeElement instanceof HTMLInputElement)) heading.current?.focus();
  }, [asked?.dialog, title]);
  const isMissing =
    (wanted === 'required' && reason.trim() === '') ||
    (order.verb === 'break-glass' && incident.trim() === '') ||
    (isTyped(order.verb) && typed !== order.service);
  return (
    <>
      <h2 id="verb-title" tabIndex={-1} ref={heading}>
        {changed.includes('title') ? <mark>{title}</mark> : title}
      </h2>
      {readAt !== null && <p className="quiet">state read at {clockText(readAt)}</p>}
      {changed.length > 0 && (
        <p className="changed" role="alert">
          Something changed since you looked. What differs is marked: look again, and decide anew.
        </p>
      )}
      {lines.length > 0 && <Lines lines={lines} changed={changed} />}
      {refused !== null && <p className="refused">{refused}</p>}
      {wanted !== 'none' && refused === null && (
        <label className="field">
          Reason{wanted === 'optional' && ' (optional)'}
          <input value={reason} maxLength={500} onChange={({ target }) => setReason(target.value)} />
        </label>
      )}
      {order.verb === 'lock' && refused === null && <LockEnd endMs={endMs} onChange={setEndMs} />}
      {order.verb === 'break-glass' && refused === null && (
        <label className="field">
          Incident, or a link to it
          <input value={incident} maxLength={300} onChange={({ target }) => setIncident(target.value)} />
        </label>
      )}
      {isTyped(order.verb) && confirm !== null && (
        <label className="field">
          Type <code>{order.service}</code> to go on
          <input value={typed} autoComplete="off" onChange={({ target }) => setTyped(target.value)} />
        </label>
      )}
      {asking.problem !== null && (
        <ProblemPanel problem={asking.problem} {...(asked === null && { onTryAgain: open.readAgain })} />
      )}
      {asked?.isUncertain === true && <p role="alert">Not known whether it arrived. Pressing again is safe.</p>}
      <div className="choice">
        <button type="button" onClick={open.keep}>
          {keep}
        </button>
        {confirm !== null && (
          <button
            type="button"
            className={`confirm ${order.verb}`}
            disabled={isMissing || (asked !== null && !mayPress(asked))}
            onClick={() =>
              open.confirm(reason.trim(), {
                ...lockEnd(order, endMs),
                ...(incident !== '' && { incident: incident.trim() }),
              })
            }
          >
            {asked?.phase === 'sending' && !asked.isUncertain ? 'Sending…' : confirm}
          </button>
        )}
      </div>
    </>
  );
}

const hourMs = 3_600_000;
const lockEnds = [
  [0, 'when somebody unlocks it'],
  [hourMs, 'in an hour'],
  [4 * hourMs, 'in 4 hours'],
  [24 * hourMs, 'in a day'],
] as const;

const lockEnd = ({ verb }: Order, endMs: number): Pick<Order, 'until'> =>
  verb === 'lock' && endMs > 0 ? { until: new Date(Date.now() + endMs).toISOString() } : {};

function LockEnd({ endMs, onChange }: { readonly endMs: number; readonly onChange: (ms: number) => void }) {
  return (
    <label className="field">
      It opens{' '}
      <select value={endMs} onChange={({ target }) => onChange(Number(target.value))}>
        {lockEnds.map(([ms, text]) => (
          <option key={ms} value={ms}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}

interface LinesProps extends Pick<ReturnType<typeof questionOf>, 'lines'> {
  readonly changed: Asked['changed'];
}

function Lines({ lines, changed }: LinesProps) {
  return (
    <dl className="lines">
      {lines.map(({ label, text }) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{changed.includes(label) ? <mark>{text}</mark> : text}</dd>
        </div>
      ))}
    </dl>
  );
}
