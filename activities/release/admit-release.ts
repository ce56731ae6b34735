import type { KeyObject } from 'node:crypto';
import { excludedFromApproval } from '../../domain/approval/excluded.ts';
import { decideBreakGlass, defaultBreakGlass, type BreakGlassDecision } from '../../domain/approval/break-glass.ts';
import { decideQuorum, type QuorumDecision } from '../../domain/approval/quorum.ts';
import type { ApprovalBinding, Plan } from '../../domain/plan/plan.ts';
import { admissionType, type Admission } from '../../protocol/admission.ts';
import { canonicalJson } from '../../protocol/canonical-json.ts';
import { digestOf } from '../../protocol/digest.ts';
import { signDocument } from '../../protocol/dsse.ts';
import { parseManifestRoot } from '../../protocol/manifest.ts';
import type { BlobStore } from '../blob-store.ts';
import type { AdmitReleaseInput, AdmitReleaseResult } from './contract.ts';
import { whyNotDeployable } from './plan-deployment.ts';
import { readPlan } from './read-plan.ts';
import type { NewAdmission, ReleaseRecords, StoredAdmission, StoredRelease } from './release-records.ts';

export interface AdmissionParts {
  readonly records: ReleaseRecords;
  readonly store: BlobStore;
  readonly admissionKey: KeyObject;
  readonly now: () => Date;
}

/**
 * The signed statement that a release may run in the regions of a plan, made only when the quorum of that very plan is
 * met *now*: here the approvals' expiry binds. What it rests on is kept in the store; a repeat answers the first one.
 */
export async function admitRelease(parts: AdmissionParts, input: AdmitReleaseInput): Promise<AdmitReleaseResult> {
  const { records, store } = parts;
  const { binding } = input;
  const refused = (reason: string): AdmitReleaseResult => ({ outcome: 'refused', reason });
  const release = await records.findRelease(binding.service, binding.release.number);
  const plan = await readPlan(store, binding.planDigest);
  const obstacle = whyNotAdmissible(release, plan, binding) ?? whyUnchecked(plan, input);
  if (obstacle !== null) return refused(obstacle);
  const evidence = Buffer.from(canonicalJson({ format: 'slipway.evidence/1', ...input }));
  const standing = (await records.findAdmissions(binding.service, binding.release.number)).find(
    (admission) => admission.evidence === digestOf(evidence),
  );
  // An answer that was lost is given again, even when the approvals have expired meanwhile.
  if (standing !== undefined) return admitted(standing);
  const { approve: policy } = plan!;
  const excluded = excludedFromApproval(release!, input.askedBy);
  const nowMs = parts.now().getTime();
  const quorum = decideQuorum({ policy, approvals: input.approvals, excluded, nowMs });
  const { breakGlass = defaultBreakGlass } = policy ?? {};
  const glass = decideBreakGlass({ policy: breakGlass, broken: input.broken ?? [], excluded, nowMs });
  if (quorum.outcome !== 'met' && glass.outcome !== 'open') {
    const reason = `${quorum.given} of ${quorum.wanted} approvals are there and still fresh`;
    return { outcome: 'quorum-not-met', reason };
  }
  await store.put(digestOf(evidence), evidence.length, evidence);
  const config = await configOf(store, binding);
  if (config === null)
    return refused(`the manifest of ${binding.service}@${binding.release.number} is not in the store`);
  return admitted(
    await signAndSave(parts, input, {
      approvers: approversOf(quorum, glass),
      config,
      evidence: digestOf(evidence),
      ...(quorum.outcome !== 'met' && { glass: { broken: glass.counted, excluded, review: glass.review } }),
    }),
  );
}

function whyNotAdmissible(release: StoredRelease | null, plan: Plan | null, binding: ApprovalBinding): string | null {
  const name = `${binding.service}@${binding.release.number}`;
  const obstacle = whyNotDeployable(release, name);
  if (obstacle !== null) return obstacle;
  if (release!.digest !== binding.release.digest) return `${name} has another digest`;
  if (plan === null) return `the plan ${binding.planDigest} is not in the store`;
  const planned = plan.release.release;
  const samePlace = plan.service === binding.service && plan.deployment === binding.deployment;
  if (!samePlace || planned.digest !== binding.release.digest) return 'the plan is of another deployment';
  const regions = new Set(plan.stages.flatMap((stage) => stage.regions));
  const sameRegions =
    regions.size === new Set(binding.regions).size && binding.regions.every((region) => regions.has(region));
  return sameRegions ? null : 'the regions are not those of the plan';
}

/** What the plan requires of an existing CI is among the evidence, each context as a success. */
function whyUnchecked(plan: Plan | null, { evidence }: AdmitReleaseInput): string | null {
  const details = evidence.filter(({ kind }) => kind === 'status').map(({ detail }) => detail);
  const missing = plan?.checks?.require.find(
    (context) => !details.some((said) => said.startsWith(`${context}: success`)),
  );
  return missing === undefined ? null : `there is no evidence that ${missing} reported success`;
}

const approversOf = (quorum: QuorumDecision, glass: BreakGlassDecision): Admission['approvers'] => [
  ...quorum.counted.map(({ approver, role }) => ({ person: approver, role: role ?? 'team member' })),
  ...(quorum.outcome === 'met'
    ? []
    : glass.counted.map(({ person, role }) => ({ person, role: `break-glass ${role}` }))),
];

interface Grounds {
  readonly approvers: Admission['approvers'];
  readonly config: Admission['config'];
  readonly evidence: Admission['evidence'];
  readonly glass?: NewAdmission['glass'];
}

async function signAndSave(
  { records, admissionKey, now }: AdmissionParts,
  { binding }: AdmitReleaseInput,
  { approvers, config, evidence, glass }: Grounds,
): Promise<StoredAdmission> {
  const admittedAt = now().toISOString();
  const document: Admission = {
    format: 'slipway.admission/1',
    service: binding.service,
    release: binding.release,
    config,
    regions: [...binding.regions].sort(),
    approvers,
    evidence,
    admittedAt,
  };
  const envelope = canonicalJson(signDocument(admissionType, document, admissionKey));
  return records.saveAdmission({
    service: binding.service,
    release: binding.release.number,
    deployment: binding.deployment,
    regions: document.regions,
    approvers: approvers.map(({ person }) => person),
    evidence,
    digest: digestOf(envelope),
    envelope,
    admittedAt,
    ...(glass && { glass }),
  });
}

/** From the manifest that the control worker itself signed, under the digest that is being admitted. */
async function configOf(store: BlobStore, { release }: ApprovalBinding): Promise<Admission['config'] | null> {
  const envelope = await store.readRelease(release.digest);
  if (envelope === null) return null;
  const root = parseManifestRoot(Buffer.from(envelope.payload, 'base64').toString('utf8'));
  return root.ok && root.digest === release.digest ? root.root.config.digest : null;
}

const admitted = ({ envelope, digest }: StoredAdmission): AdmitReleaseResult => ({
  outcome: 'admitted',
  admission: envelope,
  digest,
});
