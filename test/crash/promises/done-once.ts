import type { DurableEvent } from '../../../domain/host/events.ts';
import type { HostEvidence, RegionEvidence, RunEvidence } from '../evidence/evidence.ts';

type Seen = Pick<RunEvidence, 'hosts' | 'regions'>;

/** Promise 10: every activity can run twice with the effect of once. Counted on hosts, in regions and in their stores. */
export const doneOnce = ({ hosts, regions }: Seen): string[] => [
  ...hosts.flatMap(startedTwice),
  ...regions.flatMap((region) => switchedOften(region, hosts)),
  ...regions.flatMap(batchesRedone),
  ...regions.flatMap(copiedTwice),
];

type Started = Extract<DurableEvent, { readonly type: 'instanceStarted' }>;

/** The host took up a release that ran already, in one and the same attempt, and without an end of the instance. */
function startedTwice({ host, journal }: HostEvidence): string[] {
  let attempt = '';
  let running: Started | null = null;
  return journal.flatMap((event) => {
    if (event.type === 'goalSeen') attempt = JSON.stringify(event.goal.goal.attempt);
    if (event.type === 'instanceExited' || event.type === 'switchIntended') running = null;
    if (event.type !== 'instanceStarted') return [];
    const before = running;
    running = event;
    const again = before?.instance.release === event.instance.release && before.instance.id !== event.instance.id;
    return again ? [`${host} started ${event.instance.release} twice in attempt ${attempt}`] : [];
  });
}

/** In one deployment. More switches than releases means that one was redone. */
const switchedOften = ({ reports }: RegionEvidence, hosts: readonly HostEvidence[]): string[] =>
  reports
    .filter(({ host, switches }) => switches > waysOf(hosts.find((each) => each.host === host)?.journal ?? []))
    .map(({ host, switches }) => `${host} switched ${switches} times`);

/**
 * There and back is two. Where a hold had left another release than the region's base, a host goes back by itself to that
 * one, and the undo brings it to the base: three.
 */
function waysOf(journal: readonly DurableEvent[]): number {
  const intended = journal.filter((event) => event.type === 'switchIntended');
  const last = intended.at(-1)?.attempt.deployment;
  return Math.max(2, new Set(intended.filter(({ attempt }) => attempt.deployment === last).map(({ to }) => to)).size);
}

/** Batches of a deployment are numbered without a gap, and its cut never falls. */
function batchesRedone({ region, batches }: RegionEvidence): string[] {
  return batches.flatMap(({ deployment, number, cut }, index) => {
    const before = batches[index - 1];
    const first = before?.deployment !== deployment;
    const follows = first ? number === 1 : number === before.number + 1 && cut >= before.cut;
    return follows ? [] : [`batch ${number} of deployment ${deployment} in ${region} does not follow the one before`];
  });
}

const copiedTwice = ({ region, replicas }: RegionEvidence): string[] =>
  replicas
    .filter(({ copiedBytes, reusedBytes, totalBytes }) => copiedBytes + reusedBytes > totalBytes)
    .map(({ release, copiedBytes }) => `${region} copied ${copiedBytes} bytes of ${release}, more than it has`);
