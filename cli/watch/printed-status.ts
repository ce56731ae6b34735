import type { Deployment } from '../../protocol/api/deployment.ts';
import { cutText, type Cut } from '../connection-news.ts';
import type { Output } from '../output.ts';
import { standingSentence } from '../state-sentence.ts';
import type { StatusScope } from '../status.ts';
import { silenceMs } from './printed-changes.ts';

export interface StatusChange {
  /** RFC 3339, UTC. */
  readonly at: string;
  /** What changed, and how it did: `checkout/87`, `paused by ada`. */
  readonly object: string;
  readonly message: string;
  /** `null` for what is no deployment's. */
  readonly deployment: Deployment | null;
  /** What waits for something else since. */
  readonly queued?: readonly Deployment[] | undefined;
}

/** One line for each change; in a silence, what moves, as far as that is known. */
export interface PrintedStatus {
  /** All that moves now. */
  moving(deployments: readonly Deployment[]): void;
  change(change: StatusChange): void;
  cut(cut: Cut | null): void;
  close(): void;
}

export function printedStatus(output: Output, scope: StatusScope): PrintedStatus {
  /** `null` until somebody has said what moves. */
  let open: Map<string, Deployment> | null = null;
  let cut: Cut | null = null;
  const say = (type: 'change' | 'still', at: string, message: string, deployment: Deployment | null): void => {
    output.line(`${at.slice(11, 19)}Z ${message}`);
    output.event({ type, at, message, deployment });
    silence.refresh();
  };
  const silence = setInterval(() => say('still', new Date().toISOString(), stillText(open, cut), null), silenceMs);
  const keep = (deployment: Deployment): void => {
    if (deployment.outcome === null && concerns(scope, deployment)) open?.set(deployment.deployment, deployment);
    else open?.delete(deployment.deployment);
  };
  return {
    moving(deployments) {
      open = new Map();
      deployments.forEach(keep);
      silence.refresh();
    },
    change({ at, object, message, deployment, queued = [] }) {
      queued.forEach(keep);
      if (deployment !== null) keep(deployment);
      if (deployment === null || concerns(scope, deployment)) say('change', at, `${object} ${message}`, deployment);
    },
    cut: (news) => void (cut = news),
    close: () => clearInterval(silence),
  };
}

/** A deployment's regions are known once it is planned; what is no deployment's concerns them all. */
const concerns = ({ region }: StatusScope, { regions }: Deployment): boolean =>
  region === null || regions.length === 0 || regions.some((each) => each.region === region);

/** More than these are counted. */
const mostTold = 3;

/** `still: checkout/87 rolling world; cart/3 queued`; nobody knows that while the connection is cut. */
function stillText(open: ReadonlyMap<string, Deployment> | null, cut: Cut | null): string {
  if (open === null) return cut === null ? 'no answer yet' : cutText(cut);
  const told = [...open.values()].slice(0, mostTold).map((each) => `${each.deployment} ${standingSentence(each)}`);
  const more = open.size > mostTold ? [`${open.size - mostTold} more`] : [];
  const moves = open.size === 0 ? 'nothing moves' : [...told, ...more].join('; ');
  return cut === null ? `still: ${moves}` : `${cutText(cut)}; it was: ${moves}`;
}
