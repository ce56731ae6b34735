import { useEffect, useRef } from 'react';
import { clockText } from '../parts/clock.ts';
import { useKeptFocus } from '../parts/use-kept-focus.ts';
import { isAsked } from './asking.ts';
import type { Order, Verb } from './orders.ts';
import type { OpenOrder } from './use-order.ts';
import { inOrder, isAskedFirst, isStopping, verbWord } from './verb-words.ts';
import { VerbDialog } from './verb-dialog.tsx';

interface VerbBarProps {
  readonly verbs: readonly Verb[];
  /** Regions that it can go on without. */
  readonly skippable?: readonly string[];
  /** What the verbs are about. */
  readonly about: Omit<Order, 'verb'>;
  /** Hosts may have switched for it. */
  readonly isTouched?: boolean;
  readonly open: OpenOrder;
  /** Nobody decides by old news, but stopping is never kept from anybody. */
  readonly isStale: boolean;
}

/** One button: a verb, and of skip-region the region that it leaves out. */
type Offered = Pick<Order, 'verb' | 'region'>;

/** A button for each verb that is offered now, and how far the one that was pressed has come. */
export function VerbBar({ verbs, skippable = [], about, isTouched = false, open, isStale }: VerbBarProps) {
  const bar = useRef<HTMLElement>(null);
  const kept = useKeptFocus(bar, `${verbs.join()} ${open.asking.phase}`);
  const { offer } = open;
  useEffect(() => offer(verbs), [offer, verbs]);
  return (
    <>
      <section className="verbs" aria-label="Actions" tabIndex={-1} ref={bar} {...kept}>
        {inOrder(verbs)
          .flatMap((verb): Offered[] =>
            verb === 'skip-region' ? skippable.map((region) => ({ verb, region })) : [{ verb }],
          )
          .map((offered) => (
            <button
              type="button"
              key={`${offered.verb} ${offered.region ?? ''}`}
              className={offered.verb}
              disabled={isStale && !isStopping(offered.verb)}
              onClick={() => open.begin({ ...offered, ...about })}
            >
              {offered.region === undefined ? verbWord(offered.verb, isTouched) : `Skip ${offered.region}…`}
            </button>
          ))}
      </section>
      <OrderNotice open={open} />
      <VerbDialog open={open} />
    </>
  );
}

/** Beside the buttons: what was accepted, and how a verb without a dialog fares. */
function OrderNotice({ open: { order, asking } }: { readonly open: OpenOrder }) {
  return <output className="notice">{noticeOf(order, asking)}</output>;
}

function noticeOf(order: OpenOrder['order'], asking: OpenOrder['asking']): string {
  if (asking.phase === 'accepted') return `Accepted ${clockText(asking.at)}: ${asking.message}`;
  if (order === null || isAskedFirst(order.verb) || !isAsked(asking)) return '';
  if (asking.isUncertain) return 'Not known whether it arrived. Pressing again is safe.';
  return asking.problem === null ? 'Sending…' : `${asking.problem.title}: ${asking.problem.detail ?? ''}`;
}
