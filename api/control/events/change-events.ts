import type { Deployment } from '../../../protocol/api/deployment.ts';
import type { ApiEvent } from '../../../protocol/api/events.ts';
import type { AuditRecord } from '../../../protocol/api/audit.ts';
import type { Lane } from '../../../protocol/api/lane.ts';
import { parseObjectReference, type ObjectReference } from '../../../protocol/api/object-reference.ts';
import { withLinks, type LinkTargets } from '../reads/links.ts';
import type { Projection, StoredDeployment } from '../reads/projection.ts';
import { changeSentence } from './change-sentence.ts';

export type ChangeEvent = Extract<ApiEvent, { type: 'change' }>;

export type ChangeReads = Pick<Projection, 'findDeployment' | 'findLane' | 'listOpenDeployments'>;

/** Of records after which what waits in the lane waits for something else. */
const laneVerbs: ReadonlySet<string> = new Set([
  'lane-locked',
  'lane-unlocked',
  'deployment-started',
  'deployment-ended',
  'deployment-cancelled',
]);

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
  const queued = new Map<string, readonly StoredDeployment[]>();
  for (const { object, verb } of records) {
    const named = parseObjectReference(object);
    if (named === null || named.kind === 'release') continue;
    if (named.kind === 'deployment' && !deployments.has(object))
      deployments.set(object, await reads.findDeployment(named.service, named.deployment));
    if (!lanes.has(named.service)) lanes.set(named.service, await reads.findLane(named.service));
    if (laneVerbs.has(verb) && !queued.has(named.service))
      queued.set(named.service, await queuedIn(lanes.get(named.service) ?? null, reads));
  }
  return records.map((record) => {
    const stored = deployments.get(record.object) ?? null;
    const lane = laneOf(parseObjectReference(record.object), lanes);
    const waiting = laneVerbs.has(record.verb) && lane !== null ? (queued.get(lane.service) ?? []) : [];
    return {
      ...eventOf(record, stored, stored === null ? null : withLinks(links, stored, null), lane),
      ...(waiting.length > 0 && { queued: waiting.map((each) => withLinks(links, each, null)) }),
    };
  });
}

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
