import { admitRelease, type AdmissionParts } from './admit-release.ts';
import type { ReleaseActivities } from './contract.ts';
import { whyNotDeployable, planDeployment, type PlanningParts } from './plan-deployment.ts';
import { signRelease, type SigningParts } from './sign-release.ts';
import { verifyApproval, type ApprovalParts } from './verify-approval.ts';

export type ReleaseParts = SigningParts & PlanningParts & AdmissionParts & ApprovalParts;

/** All that is signed with the build and admission keys. Each may run twice with the effect of once. */
export const createReleaseActivities = (parts: ReleaseParts): ReleaseActivities => ({
  signRelease: (input) => signRelease(parts, input),
  planDeployment: (input) => planDeployment(parts, input),
  verifyApproval: (input) => verifyApproval(parts, input),
  admitRelease: (input) => admitRelease(parts, input),
  findAdmission: async ({ service, release, regions }) => {
    const row = await parts.records.findRelease(service, release);
    if (whyNotDeployable(row, service) !== null) return { admission: null };
    const admissions = await parts.records.findAdmissions(service, release);
    const covering = admissions.find((admission) => regions.every((region) => admission.regions.includes(region)));
    return { admission: covering?.envelope ?? null };
  },
});
