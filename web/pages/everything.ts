import { listAllDeployments, listServices, type ServiceSummary } from '../client/api.ts';
import type { FeedSource } from '../live/feed.ts';

/** What happens to any service. */
export const everything: FeedSource = {
  url: '/v1/events',
  poll: async () => {
    const [deployments, services] = await Promise.all([
      listAllDeployments({ open: 'true', limit: 200 }),
      allServices(),
    ]);
    return {
      deployments: deployments.items,
      lanes: services.map(({ lane }) => lane),
      hosts: services.flatMap(({ hosts }) => hosts),
    };
  },
};

export async function allServices(): Promise<ServiceSummary[]> {
  const services: ServiceSummary[] = [];
  let cursor: string | undefined;
  do {
    const page = await listServices({ limit: 200, ...(cursor !== undefined && { cursor }) });
    services.push(...page.items);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  return services;
}
