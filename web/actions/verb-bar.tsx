import { useEffect, useRef } from 'react';
import { clockText } from '../parts/clock.ts';
import { useKeptFocus } from '../parts/use-kept-focus.ts';
import { isAsked } from './asking.ts';
import type { ChoiceFacts } from './order-choices.tsx';
import type { Order, Verb } from './orders.ts';
import type { OpenOrder } from './use-order.ts';
import { inOrder, isAskedFirst, isStopping, verbWord } from './verb-words.ts';
import { VerbDialog } from './verb-dialog.tsx';

interface VerbBarProps {
  readonly verbs: readonly Verb[];
  /** Regions that it can go on without. */
  readonly skippable?: readonly string[];
  /** Of a service: what a hotfix would bring, unless another release is chosen. */
  readonly newest?: number | undefined;
  /** Stages whose glass is to be reviewed; `null` for the release's. */
  readonly reviewed?: readonly (string | null)[];
  readonly choices: ChoiceFacts;
  /** What the verbs are about. */
  readonly about: Omit<Order, 'verb'>;
  /** Hosts may have switched for it. */
  readonly isTouched?: boolean;
  readonly open: OpenOrder;
  /** Nobody decides by old news, but stopping is never kept from anybody. */
  readonly isStale: boolean;
}

/** One button: a verb, and which of those that it could be about. */
type Offered = Pick<Order, 'verb' | 'region' | 'hotfix' | 'release' | 'stage'>;

/** A button for each verb that is offered now, and how far the one that was pressed has come. */
export function VerbBar(props: VerbBarProps) {
  const { verbs, choices, about, isTouched = false, open, isStale } = props;
  const bar = useRef<HTMLElement>(null);
  const kept = useKeptFocus(bar, `${verbs.join()} ${open.asking.phase}`);
  const { offer } = open;
  useEffect(() => offer(verbs), [offer, verbs]);
  return (
    <>
      <section className="verbs" aria-label="Actions" tabIndex={-1} ref={bar} {...kept}>
        {inOrder(verbs)
          .flatMap((verb) => buttonsOf(verb, props))
          .map((offered) => (
            <button
              type="button"
              key={JSON.stringify(offered)}
              className={offered.verb}
              disabled={isStale && !isStopping(offered.verb)}
              onClick={() => open.begin({ ...about, ...offered })}
            >
              {buttonWord(offered, isTouched)}
            </button>
          ))}
      </section>
      <OrderNotice open={open} />
      <VerbDialog open={open} facts={choices} />
    </>
  );
}

function buttonsOf(verb: Verb, { skippable = [], newest, reviewed = [null] }: VerbBarProps): Offered[] {
  if (verb === 'skip-region') return skippable.map((region) => ({ verb, region }));
  if (verb === 'review') return reviewed.map((stage) => ({ verb, stage }));
  if (verb !== 'deploy' || newest === undefined) return [{ verb }];
  return [{ verb }, { verb, hotfix: 'undo', release: newest }];
}

function buttonWord({ verb, region, hotfix, stage }: Offered, isTouched: boolean): string {
  if (region !== undefined) return `Skip ${region}…`;
  if (hotfix !== undefined) return 'Hotfix…';
  return stage ? `Review stage ${stage}…` : verbWord(verb, isTouched);
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
