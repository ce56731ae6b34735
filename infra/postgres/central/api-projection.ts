import type { MissingWorkers } from '../../../api/control/operations/missing-workers.ts';
import type { Projection } from '../../../api/control/reads/projection.ts';
import type { Database } from '../connect.ts';
import { deploymentReads } from './api-deployment-reads.ts';
import { auditReads } from './api-audit-reads.ts';
import { historyReads } from './api-history-reads.ts';
import { hostReads } from './api-host-reads.ts';
import { leftHostReads } from './left-hosts.ts';
import { releaseReads } from './api-release-reads.ts';
import { serviceReads } from './api-service-reads.ts';

/** What the database doesn't know. */
interface Surroundings extends Partial<Pick<Projection, 'hasMetricsServer'>> {
  /** None is missing unless given. */
  readonly workers?: Pick<MissingWorkers, 'versionFor'>;
}

const noneMissing = { versionFor: () => null };

/** @see Projection */
export const createProjection = (
  database: Database,
  { hasMetricsServer = false, workers = noneMissing }: Surroundings = {},
): Projection => ({
  hasMetricsServer,
  ...serviceReads(database, workers),
  ...releaseReads(database),
  ...deploymentReads(database, workers),
  ...historyReads(database),
  ...hostReads(database),
  ...leftHostReads(database),
  ...auditReads(database),
});
