import type { Digest, RegionName } from '../../../domain/names.ts';
import { admissionSchema, admissionType, type Admission } from '../../../protocol/admission.ts';
import { canonicalJson } from '../../../protocol/canonical-json.ts';
import { digestOf } from '../../../protocol/digest.ts';
import { verifyDocument, type Envelope } from '../../../protocol/dsse.ts';
import { goalSchema, goalType } from '../../../protocol/goal.ts';
import type { TrustedKeys } from '../../../protocol/root-document.ts';
import type { HostEvidence, RegionEvidence, RunEvidence } from '../evidence/evidence.ts';

type Seen = Pick<RunEvidence, 'hosts' | 'regions' | 'centre' | 'keys'>;

/** Promise 1: only an admitted, verified release ever runs. */
export function onlyAdmittedRuns({ hosts, regions, centre, keys }: Seen): string[] {
  const admissions = centre.admissions.flatMap(({ envelope, admittedAtMs }) => {
    const admission = readAdmission(envelope, keys);
    return admission === null ? [] : [{ admission, admittedAtMs }];
  });
  const forged = centre.admissions.length - admissions.length;
  return [
    ...(forged > 0 ? [`${forged} admissions are not signed by the admission key`] : []),
    ...hosts.flatMap((host) => [...unsigned(host), ...startedEarly(host, admissions)]),
    ...regions.flatMap((region) => notInGoal(region, hosts, keys)),
  ];
}

const unsigned = ({ host, disk }: HostEvidence): string[] =>
  disk.releases.filter(({ signed }) => !signed).map(({ digest }) => `${host} has ${digest}, which nobody signed`);

/** An instance was started before its release was admitted in the region, or without that. */
function startedEarly(
  { host, region, journal }: HostEvidence,
  admissions: readonly { readonly admission: Admission; readonly admittedAtMs: number }[],
): string[] {
  return journal.flatMap((event) => {
    if (event.type !== 'instanceStarted') return [];
    const { release } = event.instance;
    const isAdmitted = admissions.some(
      ({ admission, admittedAtMs }) => admits(admission, release, region) && admittedAtMs <= event.atMs,
    );
    return isAdmitted ? [] : [`${host} started ${release} before it was admitted in ${region}`];
  });
}

/** What the region's hosts run is named, with its admission, by a goal that the region's director signed. */
function notInGoal({ region, goal }: RegionEvidence, hosts: readonly HostEvidence[], keys: TrustedKeys): string[] {
  const director = keys.directors.get(region);
  const verified = verifyDocument(goal.envelope, goalType, director === undefined ? [] : [director]);
  if (!verified.ok) return [`the goal of ${region} is not signed by its director`];
  const named = goalSchema.parse(verified.payload).admissions;
  const admitted = goal.admissions
    .filter((envelope) => named.includes(digestOf(canonicalJson(envelope))))
    .flatMap((envelope) => readAdmission(envelope, keys) ?? []);
  return hosts.flatMap(({ host, region: place, disk: { current } }) => {
    if (place !== region || current === null) return [];
    const isAdmitted = admitted.some((admission) => admits(admission, current, region));
    return isAdmitted ? [] : [`${host} runs ${current}, which the goal of ${region} admits no more`];
  });
}

const admits = (admission: Admission, release: Digest, region: RegionName): boolean =>
  admission.release.digest === release && admission.regions.includes(region);

function readAdmission(envelope: Envelope, keys: TrustedKeys): Admission | null {
  const verified = verifyDocument(envelope, admissionType, [keys.admission]);
  return verified.ok ? admissionSchema.parse(verified.payload) : null;
}
