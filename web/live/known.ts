import type { ApiEvent, Deployment, DeploymentSummary, Lane, ServiceHosts } from '../client/api.ts';

export type ChangeEvent = Extract<ApiEvent, { type: 'change' }>;

/** What a page knows from its stream. Lists of the api have summaries, its events whole deployments. */
export interface Known {
  /** Of the audit: everything up to here is in it. */
  readonly sequence: number;
  /** The api's clock at the last word of its stream; `null` when it was asked instead. */
  readonly at: string | null;
  /** By `checkout/87`. */
  readonly deployments: Readonly<Record<string, Deployment | DeploymentSummary>>;
  readonly lanes: Readonly<Record<string, Lane>>;
  /** By service and region. */
  readonly hosts: Readonly<Record<string, ServiceHosts>>;
  /** The newest last. */
  readonly changes: readonly ChangeEvent[];
  /** The api told that what was known before is void: sequences begin anew. */
  readonly isReset: boolean;
}

/** A page tells of the newest changes; the whole list is a request of its own. */
const keptChanges = 100;

const nothing: Known = { sequence: 0, at: null, deployments: {}, lanes: {}, hosts: {}, changes: [], isReset: false };

/** What is known after an event. What is older than is known already changes nothing, in whatever order events arrive. */
export function learn(before: Known | null, event: ApiEvent): Known {
  const known = before ?? nothing;
  switch (event.type) {
    case 'snapshot':
      return fromSnapshot(known, event);
    case 'change':
      return withChange(known, event);
    case 'hosts':
      return { ...known, at: event.at, hosts: newerHosts(known.hosts, event.hosts) };
    case 'reset':
      return { ...known, isReset: true };
    case 'heartbeat':
      return { ...known, at: event.at };
    default:
      // A newer api tells more.
      return known;
  }
}

/**
 * What is known after asking. Answers have no number of the audit: a deployment's own number keeps the newer one, and a
 * stream that passes again begins with a snapshot.
 */
export function learnPolled(before: Known | null, polled: Pick<Snapshot, 'lanes' | 'hosts'> & Listed): Known {
  const known = before ?? nothing;
  return fromSnapshot(known, { ...polled, sequence: known.sequence, at: null });
}

interface Listed {
  readonly deployments: readonly (Deployment | DeploymentSummary)[];
}
type Snapshot = Readonly<{
  sequence: number;
  at: string | null;
  lanes: readonly Lane[];
  hosts: readonly ServiceHosts[];
}>;

function fromSnapshot(known: Known, { sequence, at, deployments, lanes, hosts }: Snapshot & Listed): Known {
  if (!known.isReset && sequence < known.sequence) return known;
  const older = known.isReset ? {} : known.deployments;
  return {
    sequence,
    at,
    deployments: Object.fromEntries(deployments.map((each) => [each.deployment, newer(older[each.deployment], each)])),
    lanes: Object.fromEntries(lanes.map((lane) => [lane.service, lane])),
    hosts: newerHosts(known.isReset ? {} : known.hosts, hosts),
    changes: known.isReset ? [] : known.changes,
    isReset: false,
  };
}

function withChange(known: Known, event: ChangeEvent): Known {
  const { sequence, deployment, lane, queued = [] } = event;
  const heard = deployment === null ? queued : [deployment, ...queued];
  const isNews = sequence > known.sequence;
  return {
    ...known,
    sequence: Math.max(known.sequence, sequence),
    at: event.at,
    deployments:
      heard.length === 0
        ? known.deployments
        : {
            ...known.deployments,
            ...Object.fromEntries(
              heard.map((each) => [each.deployment, newer(known.deployments[each.deployment], each)]),
            ),
          },
    lanes: lane === null || !isNews ? known.lanes : { ...known.lanes, [lane.service]: lane },
    changes: isNews ? [...known.changes, event].slice(-keptChanges) : known.changes,
  };
}

function newer<T extends { readonly sequence: number }, Old extends { readonly sequence: number }>(
  old: Old | undefined,
  heard: T,
): T | Old {
  return old !== undefined && old.sequence > heard.sequence ? old : heard;
}

export const hostsKey = (service: string, region: string): string => `${service} ${region}`;

function newerHosts(known: Known['hosts'], heard: readonly ServiceHosts[]): Known['hosts'] {
  const fresh = heard.filter((each) => {
    const old = known[hostsKey(each.service, each.region)];
    return old === undefined || (old.at ?? '') <= (each.at ?? '');
  });
  return { ...known, ...Object.fromEntries(fresh.map((each) => [hostsKey(each.service, each.region), each])) };
}
