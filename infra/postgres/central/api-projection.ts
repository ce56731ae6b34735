import type { Projection } from '../../../api/control/reads/projection.ts';
import type { Database } from '../connect.ts';
import { deploymentReads } from './api-deployment-reads.ts';
import { auditReads } from './api-audit-reads.ts';
import { historyReads } from './api-history-reads.ts';
import { hostReads } from './api-host-reads.ts';
import { leftHostReads } from './left-hosts.ts';
import { releaseReads } from './api-release-reads.ts';
import { serviceReads } from './api-service-reads.ts';

/** @see Projection */
export const createProjection = (
  database: Database,
  { hasMetricsServer }: Pick<Projection, 'hasMetricsServer'> = { hasMetricsServer: false },
): Projection => ({
  hasMetricsServer,
  ...serviceReads(database),
  ...releaseReads(database),
  ...deploymentReads(database),
  ...historyReads(database),
  ...hostReads(database),
  ...leftHostReads(database),
  ...auditReads(database),
});
