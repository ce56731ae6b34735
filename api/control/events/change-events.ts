import type { Deployment } from '../../../protocol/api/deployment.ts';
import type { ApiEvent } from '../../../protocol/api/events.ts';
import type { AuditRecord } from '../../../protocol/api/audit.ts';
import type { Lane } from '../../../protocol/api/lane.ts';
import { parseObjectReference, type ObjectReference } from '../../../protocol/api/object-reference.ts';
import { withLinks, type LinkTargets } from '../reads/links.ts';
import type { Projection, StoredDeployment } from '../reads/projection.ts';
import { changeSentence } from './change-sentence.ts';
import { laneVerbs } from './event-scope.ts';

export type ChangeEvent = Extract<ApiEvent, { type: 'change' }>;

export type ChangeReads = Pick<Projection, 'findDeployment' | 'findLane' | 'listOpenDeployments'>;

/**
 * The records as events. Each carries its deployment and lane as they are now, which may be newer than the record: what
 * a client shows is then never older than what it was told. A deployment that many records name is read once.
 */
export async function changeEvents(
  records: readonly AuditRecord[],
  reads: ChangeReads,
  links: LinkTargets,
): Promise<ChangeEvent[]> {
  const deployments = new Map<string, StoredDeployment | null>();
  const lanes = new Map<string, Lane | null>();
  /** What waits in a lane is told once, with the last record that moved it: all would say how it is now. */
  const lastMoves = new Map<string, AuditRecord>();
  for (const record of records) {
    const { object, verb } = record;
    const named = parseObjectReference(object);
    if (named === null || named.kind === 'release') continue;
    if (named.kind === 'deployment' && !deployments.has(object))
      deployments.set(object, await reads.findDeployment(named.service, named.deployment));
    if (!lanes.has(named.service)) lanes.set(named.service, await reads.findLane(named.service));
    if (movesQueue(verb, deployments.get(object) ?? null)) lastMoves.set(named.service, record);
  }
  const queued = new Map<AuditRecord, readonly StoredDeployment[]>();
  for (const [service, record] of lastMoves) queued.set(record, await queuedIn(lanes.get(service) ?? null, reads));
  return records.map((record) => {
    const stored = deployments.get(record.object) ?? null;
    const lane = laneOf(parseObjectReference(record.object), lanes);
    const waiting = queued.get(record) ?? [];
    return {
      ...eventOf(record, stored, stored === null ? null : withLinks(links, stored, null), lane),
      queued: waiting.map((each) => withLinks(links, each, null)),
    };
  });
}

/** Who comes last changes nothing for those that wait before; a rollback or hotfix comes first. */
const movesQueue = (verb: string, deployment: StoredDeployment | null): boolean =>
  laneVerbs.has(verb) &&
  (verb !== 'deployment-opened' || deployment?.kind === 'rollback' || Boolean(deployment?.hotfix));

async function queuedIn(lane: Lane | null, reads: ChangeReads): Promise<readonly StoredDeployment[]> {
  if (lane === null || lane.queue.length === 0) return [];
  const numbers = new Set(lane.queue.map(({ number }) => number));
  return (await reads.listOpenDeployments(lane.service)).filter(({ number }) => numbers.has(number));
}

const laneOf = (named: ObjectReference | null, lanes: ReadonlyMap<string, Lane | null>): Lane | null =>
  named === null || named.kind === 'release' ? null : (lanes.get(named.service) ?? null);

function eventOf(
  record: AuditRecord,
  stored: StoredDeployment | null,
  deployment: Deployment | null,
  lane: Lane | null,
): ChangeEvent {
  const { sequence, at, actor, verb, object } = record;
  const message = changeSentence(record, stored);
  return { type: 'change', sequence, at, actor, verb, object, message, deployment, lane };
}
