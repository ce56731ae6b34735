import type { Deployment, DeploymentSummary } from '../../protocol/api/deployment.ts';
import type { ApiEvent } from '../../protocol/api/events.ts';
import type { ServiceSummary } from '../../protocol/api/service.ts';
import { cutText, type Cut } from '../connection-news.ts';
import type { Output } from '../output.ts';
import { standingSentence, stateSentence } from '../state-sentence.ts';
import type { StatusScope } from '../status.ts';
import { silenceMs } from './printed-changes.ts';

/** One line for each change of what moves; in a silence, what moves, as far as that is known. */
export interface PrintedStatus {
  tell(event: ApiEvent): void;
  /**
   * How it is where nothing streams. Answers what moved before and doesn't any more, for `over` to tell how it ended;
   * `null` when nothing was told before.
   */
  polled(services: readonly ServiceSummary[]): readonly DeploymentSummary[] | null;
  over(deployment: Deployment): void;
  cut(cut: Cut | null): void;
  close(): void;
}

export function printedStatus(output: Output, scope: StatusScope): PrintedStatus {
  /** What moves; `null` until somebody has said so. */
  let open: Map<string, DeploymentSummary> | null = null;
  let cut: Cut | null = null;
  const say = (type: 'change' | 'still', at: string, message: string, deployment: Deployment | null): void => {
    output.line(`${at.slice(11, 19)}Z ${message}`);
    output.event({ type, at, message, deployment });
    silence.refresh();
  };
  const silence = setInterval(() => say('still', new Date().toISOString(), stillText(open, cut), null), silenceMs);
  return {
    tell(event) {
      if (event.type === 'snapshot') {
        open = openOf(event.deployments.filter((each) => concerns(scope, each)));
        silence.refresh();
      }
      if (event.type !== 'change') return;
      const { at, object, message, deployment } = event;
      if (deployment === null) return say('change', at, `${object} ${message}`, null);
      open?.delete(deployment.deployment);
      if (!concerns(scope, deployment)) return;
      if (deployment.outcome === null) open?.set(deployment.deployment, deployment);
      say('change', at, `${object} ${message}`, deployment);
    },
    polled(services) {
      const now = openOf(services.flatMap(({ active }) => active ?? []));
      const before = open;
      open = new Map([...(before ?? []), ...now]);
      if (before === null) return null;
      for (const [name, deployment] of now) {
        const line = standingSentence(deployment);
        const told = before.get(name);
        if (told === undefined || standingSentence(told) !== line)
          say('change', new Date().toISOString(), `${name} ${line}`, null);
      }
      // Until it is told how one ended it counts as moving: the next look asks again.
      return [...before.values()].filter(({ deployment }) => !now.has(deployment));
    },
    over(deployment) {
      if (deployment.outcome === null) return;
      open?.delete(deployment.deployment);
      const message = `${deployment.deployment} ${stateSentence(deployment)}`;
      say('change', deployment.endedAt ?? new Date().toISOString(), message, deployment);
    },
    cut: (news) => void (cut = news),
    close: () => clearInterval(silence),
  };
}

const openOf = (deployments: readonly DeploymentSummary[]): Map<string, DeploymentSummary> =>
  new Map(deployments.filter(({ outcome }) => outcome === null).map((each) => [each.deployment, each]));

/** A deployment's regions are known once it is planned; what is no deployment's concerns them all. */
const concerns = ({ region }: StatusScope, { regions }: Deployment): boolean =>
  region === null || regions.length === 0 || regions.some((each) => each.region === region);

/** More than these are counted. */
const mostTold = 3;

/** `still: checkout/87 rolling world; cart/3 queued`; nobody knows that while the connection is cut. */
function stillText(open: ReadonlyMap<string, DeploymentSummary> | null, cut: Cut | null): string {
  if (open === null) return cut === null ? 'no answer yet' : cutText(cut);
  const told = [...open.values()].slice(0, mostTold).map((each) => `${each.deployment} ${standingSentence(each)}`);
  const more = open.size > mostTold ? [`${open.size - mostTold} more`] : [];
  const moves = open.size === 0 ? 'nothing moves' : [...told, ...more].join('; ');
  return cut === null ? `still: ${moves}` : `${cutText(cut)}; it was: ${moves}`;
}
