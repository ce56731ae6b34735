import type { DurableEvent } from '../../../domain/host/events.ts';
import type { HostEvidence, RegionEvidence, RunEvidence } from '../evidence/evidence.ts';

type Seen = Pick<RunEvidence, 'hosts' | 'regions'>;

/** Promise 10: every activity can run twice with the effect of once. Counted on hosts, in regions and in their stores. */
export const doneOnce = ({ hosts, regions }: Seen): string[] => [
  ...hosts.flatMap(startedTwice),
  ...regions.flatMap(switchedOften),
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

/** There and back is two; more means that a switch was redone. */
const switchedOften = ({ reports }: RegionEvidence): string[] =>
  reports.filter(({ switches }) => switches > 2).map(({ host, switches }) => `${host} switched ${switches} times`);

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
