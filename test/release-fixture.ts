import { generateKeyPairSync } from 'node:crypto';
import { createReleaseActivities, type ReleaseParts } from '../activities/release/release-activities.ts';
import type { NewAdmission, ReleaseRecords, StoredRelease } from '../activities/release/release-records.ts';
import { describeRelease, type ReleaseDescription } from '../activities/build/describe-release.ts';
import type { ScannedEntry } from '../activities/build/scan-tree.ts';
import type { BlobStore } from '../activities/blob-store.ts';
import { deploymentNumber, regionName, releaseNumber, serviceName } from '../domain/names.ts';
import type { DeploymentNumber, Digest } from '../domain/names.ts';
import type { ServiceSpec } from '../domain/spec/service-spec.ts';
import type { Role } from '../domain/states.ts';
import { digestOf } from '../protocol/digest.ts';
import { parseServiceSpec } from '../protocol/service-spec.ts';

export const checkout = serviceName('checkout');
export const release412 = releaseNumber(412);
export const deployment87 = deploymentNumber(87);
export const commit = 'c'.repeat(40);
export const [euWest, usEast] = [regionName('eu-west'), regionName('us-east')];

export const spec: ServiceSpec = readSpec(`
service: checkout
build: {}
run: { command: [node, server.js] }
health: { http: /healthz }
approve: { quorum: 1, roles: [release-owner], expires: 4h }
rollout:
  stages:
    - { name: canary, regions: [eu-west], batches: [1, 100%] }
    - { name: world, regions: [us-east], batches: [100%] }
`);

function readSpec(text: string): ServiceSpec {
  const parsed = parseServiceSpec(text);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.spec;
}

/** What a build of these files stored, and its description. */
export async function storeFiles(
  store: BlobStore,
  files: Readonly<Record<string, string>>,
  of = { commit, release: release412 },
): Promise<ReleaseDescription> {
  const entries = Object.entries(files).map(([path, content]): ScannedEntry => {
    return { kind: 'file', path, mode: 0o644, sizeBytes: Buffer.byteLength(content), digest: digestOf(content) };
  });
  const described = describeRelease({ service: checkout, ...of }, entries, { run: spec.run, health: spec.health });
  if (!described.ok) throw new Error(described.problem);
  const { listing, chunkTable, config } = described.description;
  for (const content of [...Object.values(files).map(Buffer.from), listing, chunkTable, config]) {
    await store.put(digestOf(content), content.length, content);
  }
  return described.description;
}

/** Releases and admissions in memory, with the promises of `ReleaseRecords`. */
export function makeRecords(
  releases: Readonly<Record<number, Partial<StoredRelease>>>,
): ReleaseRecords & { readonly admissions: NewAdmission[] } {
  const fresh: StoredRelease = { commit, authors: ['lin'], pusher: 'lin', state: 'building', digest: null, spec: null };
  const rows = new Map(Object.entries(releases).map(([number, row]) => [Number(number), { ...fresh, ...row }]));
  const admissions: NewAdmission[] = [];
  const plans = new Map<DeploymentNumber, Digest>();
  return {
    admissions,
    findRelease: async (_, number) => rows.get(number) ?? null,
    recordSigned: async ({ release, digest, spec: signedSpec }) => {
      const row = rows.get(release);
      if (row === undefined) return 'unknown';
      if (row.digest !== null && row.digest !== digest) return 'conflict';
      rows.set(release, { ...row, digest, spec: signedSpec, state: row.state === 'building' ? 'ready' : row.state });
      return 'recorded';
    },
    findAdmissions: async (_, number) => admissions.filter((admission) => admission.release === number),
    saveAdmission: async (admission) => {
      const first = admissions.find(
        (each) => each.release === admission.release && each.evidence === admission.evidence,
      );
      if (first === undefined) admissions.push(admission);
      return first ?? admission;
    },
    listDraining: async () => [],
    listRegions: async () => [euWest, usEast],
    notePlan: async (_, deployment, digest) => void plans.set(deployment, digest),
    findPlanDigest: async (_, deployment) => plans.get(deployment) ?? null,
    listRegionsOf: async () => [euWest],
    listEarlier: async () => [],
    currentRelease: async () => null,
  };
}

export const keys = {
  build: generateKeyPairSync('ed25519'),
  admission: generateKeyPairSync('ed25519'),
  approval: generateKeyPairSync('ed25519'),
};

export function makeReleaseActivities(store: BlobStore, records: ReleaseRecords, more: Partial<ReleaseParts> = {}) {
  const people: Readonly<Record<string, readonly Role[]>> = {
    mo: ['release-owner'],
    ada: ['deployer'],
    lin: ['release-owner'],
  };
  return createReleaseActivities({
    records,
    store,
    buildKey: keys.build.privateKey,
    admissionKey: keys.admission.privateKey,
    approvalKey: keys.approval.publicKey,
    people: { capacitiesOf: async (person) => ({ roles: people[person] ?? [], teams: [] }) },
    hooksAllowed: true,
    now: () => new Date(),
    hasMetricsServer: false,
    ...more,
  });
}
