import { useCallback, useMemo } from 'react';
import {
  listServiceHosts,
  showDeployment,
  showLane,
  showTimeline,
  type Deployment,
  type SignedIn,
  type TimelinePage,
} from '../client/api.ts';
import type { FeedSource } from '../live/feed.ts';
import { useLive } from '../live/use-live.ts';
import { useResource } from '../live/use-resource.ts';
import type { Alert } from '../parts/alerts.ts';
import { Frame } from '../parts/frame.tsx';
import { Loading } from '../parts/loading.tsx';
import { deploymentShown } from '../../domain/progress/shown-state.ts';
import { ProblemPanel } from '../parts/problem-panel.tsx';
import { DeploymentView } from './deployment-view.tsx';
import { regionRows, titleState } from './deployment-parts.ts';
import { hostsNow } from './hosts-now.ts';

interface DeploymentPageProps {
  readonly service: string;
  readonly number: number;
  readonly person: SignedIn;
}

/** `/s/checkout/d/87`: how far it is, and its one next step. */
export function DeploymentPage({ service, number, person }: DeploymentPageProps) {
  const feed = useLive(useMemo(() => sourceOf(service, number), [service, number]));
  const readTimeline = useCallback((): Promise<TimelinePage> => showTimeline(service, number), [service, number]);
  const timeline = useResource(readTimeline, feed.connects);
  const object = `${service}/${number}`;
  const { now, isStale } = feed;
  const found = feed.known?.deployments[object];
  const deployment = found !== undefined && 'steps' in found ? found : null;
  const rows = deployment === null ? [] : regionRows(deployment, feed.known!.hosts);
  const word = deployment === null ? '' : deploymentShown(deployment).word;
  return (
    <Frame
      title={deployment === null ? object : titleState(deployment, rows, isStale ? `was ${word}` : word)}
      freshness={feed.freshness}
      person={person}
      status={deployment === null ? '' : stageSentence(deployment, word)}
      alerts={deployment === null ? [] : alertsOf(deployment, word)}
    >
      {feed.problem !== null && <ProblemPanel problem={feed.problem} onTryAgain={() => window.location.reload()} />}
      {deployment === null && feed.problem === null && <Loading what={object} />}
      {deployment !== null && (
        <DeploymentView
          deployment={deployment}
          hosts={hostsNow(deployment, feed.known!.hosts)}
          rows={rows}
          lane={feed.known!.lanes[service] ?? null}
          changes={feed.known!.changes}
          timeline={timeline}
          now={now}
          isStale={isStale}
          onAccepted={feed.hurry}
        />
      )}
    </Frame>
  );
}

function sourceOf(service: string, number: number): FeedSource {
  return {
    url: `/v1/events?service=${encodeURIComponent(service)}&deployment=${number}`,
    poll: async () => {
      const [deployment, lane, hosts] = await Promise.all([
        showDeployment(service, number),
        showLane(service),
        listServiceHosts(service),
      ]);
      return { deployments: [deployment], lanes: [lane], hosts: hosts.items };
    },
  };
}

/** Batches and counters are silent: a stage is news. */
const stageSentence = ({ deployment, stage }: Deployment, word: string): string =>
  `${deployment} ${word}${stage === null ? '' : ` in ${stage}`}`;

/** Why it goes back, and not how far it is. */
function alertsOf({ deployment, state, held, reason, why }: Deployment, word: string): Alert[] {
  const isAlarming = held || state === 'failed' || state === 'undone' || state === 'undoing';
  return isAlarming ? [{ about: `${deployment} ${word}`, cause: reason ?? why?.cause ?? '' }] : [];
}
