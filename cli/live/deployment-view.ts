import type { Deployment } from '../../protocol/api/deployment.ts';
import type { ServiceHosts } from '../../protocol/api/region.ts';
import type { ConnectionNews } from '../connection-news.ts';
import type { DeploymentSight } from './deployment-frame.ts';
import { deploymentNews } from './deployment-news.ts';

/** What is known of a deployment while it is followed. */
export interface DeploymentView {
  /** Takes the place of what is shown, unless that is newer. */
  change(change: { readonly at: string; readonly deployment: Deployment }): void;
  /** Of some regions. */
  hosts(reports: readonly ServiceHosts[]): void;
  connection(news: ConnectionNews): void;
  /** `null` until something is known. */
  sight(now: number): DeploymentSight | null;
}

const mostChanges = 10;

export function createDeploymentView(program: string): DeploymentView {
  let deployment: Deployment | null = null;
  let changes: readonly { readonly at: string; readonly line: string }[] = [];
  let connection: DeploymentSight['connection'] = null;
  const reports = new Map<string, ServiceHosts>();
  return {
    change({ at, deployment: after }) {
      if (deployment !== null && after.sequence < deployment.sequence) return;
      const news = deploymentNews(deployment, after).map((line) => ({ at, line }));
      changes = [...changes, ...news].slice(-mostChanges);
      deployment = after;
    },
    hosts(news) {
      for (const report of news) reports.set(`${report.service} ${report.region}`, report);
    },
    connection: (news) => void (connection = news.type === 'found' ? null : news),
    sight(now) {
      if (deployment === null) return null;
      const { service } = deployment;
      const own = [...reports.values()].filter((report) => report.service === service);
      return { deployment, reports: own, changes, connection, program, now };
    },
  };
}
