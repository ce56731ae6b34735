import { useCallback, useMemo } from 'react';
import { listServiceHosts, showLane, showService, type Service, type SignedIn } from '../client/api.ts';
import type { FeedSource } from '../live/feed.ts';
import { useLive } from '../live/use-live.ts';
import { usePaced } from '../live/use-paced.ts';
import { useResource, worthTelling } from '../live/use-resource.ts';
import { Frame } from '../parts/frame.tsx';
import { Loading } from '../parts/loading.tsx';
import { ProblemPanel } from '../parts/problem-panel.tsx';
import { serviceAlerts, serviceNow, serviceTitle } from './service-parts.ts';
import { ServiceView } from './service-view.tsx';

interface ServicePageProps {
  readonly service: string;
  readonly person: SignedIn;
}

/** `/s/checkout`: its truth and its history. */
export function ServicePage({ service: name, person }: ServicePageProps) {
  const feed = useLive(useMemo(() => sourceOf(name), [name]));
  const read = useCallback((): Promise<Service> => showService(name), [name]);
  const resource = useResource(read, usePaced(`${feed.connects} ${feed.known?.sequence ?? 0}`, 1_000));
  const { now, isStale } = feed;
  const service = resource.data === null ? null : serviceNow(resource.data, feed.known);
  const problem = worthTelling(resource) ?? feed.problem;
  return (
    <Frame
      title={service === null ? name : serviceTitle(service, isStale)}
      freshness={feed.freshness}
      person={person}
      status={service?.active ? `${service.active.deployment} ${service.active.state}` : ''}
      alerts={service === null ? [] : serviceAlerts(service)}
    >
      {problem !== null && <ProblemPanel problem={problem} onTryAgain={resource.reload} />}
      {service === null && problem === null && <Loading what={name} />}
      {service !== null && (
        <ServiceView
          service={service}
          now={now}
          isStale={isStale}
          onAccepted={() => {
            feed.hurry();
            resource.reload();
          }}
        />
      )}
    </Frame>
  );
}

function sourceOf(service: string): FeedSource {
  return {
    url: `/v1/events?service=${encodeURIComponent(service)}`,
    poll: async () => {
      const [lane, hosts] = await Promise.all([showLane(service), listServiceHosts(service)]);
      return { deployments: [], lanes: [lane], hosts: hosts.items };
    },
  };
}
