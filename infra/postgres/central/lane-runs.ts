import type { ServiceName } from '../../../domain/names.ts';
import type { Database, EntityManager } from '../connect.ts';
import { storable } from '../storable.ts';
import { changeAudited, type AuditedChange } from './audit-log.ts';
import { Service } from './entities.ts';
import { lockKnownService } from './lock-service.ts';

/** The run of each lane's workflow, by which another is known. */
export interface LaneRuns {
  /** That was noted last; `null` before the first. */
  read(service: ServiceName): Promise<string | null>;
  /** Notes another run, if nobody has done so since; what is `told` of the one before is in the audit, once. */
  note(service: ServiceName, change: LaneRunChange): Promise<void>;
}

export interface LaneRunChange {
  readonly before: string | null;
  readonly runId: string;
  /** One sentence for people, of how somebody closed the run before; `null` when nobody did. */
  readonly told: string | null;
}

export const createLaneRuns = (database: Database): LaneRuns => ({
  read: async (service) => (await database.em.fork().findOne(Service, { name: service }))?.laneRun ?? null,
  note: (service, change) => changeAudited(database, (em) => note(em, service, change)),
});

async function note(
  em: EntityManager,
  name: ServiceName,
  { before, runId, told }: LaneRunChange,
): Promise<AuditedChange<void>> {
  const service = await lockKnownService(em, name);
  if ((service.laneRun ?? null) !== before) return { result: undefined, audit: [] };
  service.laneRun = runId;
  if (told === null) return { result: undefined, audit: [] };
  const key = `lane-reopened:${name}:${before}`;
  const detail = { message: storable(told) };
  return { result: undefined, audit: [{ actor: 'slipway', verb: 'lane-reopened', object: name, detail, key }] };
}
