import { useEffect, useRef, useState } from 'react';
import { clockText } from '../parts/clock.ts';
import { ProblemPanel } from '../parts/problem-panel.tsx';
import { isAsked, mayPress, type Asked, type Asking, type Reading } from './asking.ts';
import { choiceOf, DialogFields, isMissing, nothingSaid } from './dialog-fields.tsx';
import { OrderChoices, type ChoiceFacts } from './order-choices.tsx';
import type { Order } from './orders.ts';
import { questionOf } from './question.ts';
import type { OpenOrder } from './use-order.ts';
import { isAskedFirst, isTyped } from './verb-words.ts';

const isShown = (asking: Asking): asking is Reading | Asked => asking.phase === 'reading' || isAsked(asking);

/** Asks before a verb is sent: what it would do, and two buttons, of which the first leaves everything as it is. */
export function VerbDialog({ open, facts }: { readonly open: OpenOrder; readonly facts: ChoiceFacts }) {
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
      {isOpen && (
        <Content key={`${order.verb} ${order.service}`} open={open} order={order} asking={asking} facts={facts} />
      )}
    </dialog>
  );
}

interface ContentProps {
  readonly open: OpenOrder;
  readonly order: Order;
  readonly asking: Reading | Asked;
  readonly facts: ChoiceFacts;
}

/** Who types or chooses is not led away from it. */
const isChoosing = (element: Element | null): boolean =>
  element instanceof HTMLInputElement || element instanceof HTMLSelectElement;

/** The same elements before and after it was read: whoever types a reason goes on typing. */
function Content({ open, order, asking, facts }: ContentProps) {
  const { title, lines, keep, confirm, reason: wanted, refused, mayWaitFor, readAt } = questionOf(order, asking);
  const asked = isAsked(asking) ? asking : null;
  const changed = asked?.changed ?? [];
  // What stood there before a choice can't be agreed to.
  const isHeld = asked === null ? asking.phase === 'reading' && asking.before !== undefined : !mayPress(asked);
  const [said, say] = useState(nothingSaid);
  const isNamed = isTyped(order) && confirm !== null;
  const heading = useRef<HTMLHeadingElement>(null);
  // Enter does nothing until a button is chosen.
  useEffect(() => {
    if (!isChoosing(document.activeElement)) heading.current?.focus();
  }, [asked?.dialog, title]);
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
      <OrderChoices order={order} facts={facts} mayWaitFor={mayWaitFor} onChoose={open.choose} />
      {refused === null && asking.problem === null && (
        <DialogFields
          order={order}
          wanted={wanted}
          isTyped={isNamed}
          said={said}
          onSay={(more) => say({ ...said, ...more })}
        />
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
            className={`confirm ${order.hotfix === undefined ? order.verb : 'hotfix'}`}
            disabled={isHeld || isMissing(order, wanted, isNamed, said)}
            onClick={() => open.confirm(said.reason.trim(), choiceOf(order, said))}
          >
            {asked?.phase === 'sending' && !asked.isUncertain ? 'Sending…' : confirm}
          </button>
        )}
      </div>
    </>
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
