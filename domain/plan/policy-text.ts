import { defaultBreakGlass, type BreakGlassPolicy } from '../approval/break-glass.ts';
import { groupText, whoMayApprove } from '../approval/eligible.ts';
import { recurrenceText } from '../calendar/recurrence-text.ts';
import { counted, lasted, named } from '../progress/plain-text.ts';
import type { ApprovePolicy, HealthConfig, RolloutSpec, ServiceSpec, Share, StageSpec } from '../spec/service-spec.ts';

/** `1`, `50%`: as the spec writes it. */
export const shareText = (share: Share): string => ('hosts' in share ? String(share.hosts) : `${share.percent}%`);

/** `2 approvals by release-owner or team payments, 1 of them by team security` */
export function quorumText(policy: ApprovePolicy): string {
  const groups = (policy.among ?? []).map((group) => `${group.quorum} of them by ${groupText(group)}`);
  return [`${counted(policy.quorum, 'approval')} by ${whoMayApprove(policy)}`, ...groups].join(', ');
}

/** `1 approval by release-owner, within 4 h` */
export function approvalText(policy: ApprovePolicy | null): string {
  if (policy === null) return 'nobody has to agree';
  return `${quorumText(policy)}, within ${lasted(policy.expiresMs)}`;
}

const emergencies: Readonly<Record<BreakGlassPolicy, string>> = {
  'one-with-review': 'in an emergency one person goes past it, and another reviews that',
  'two-persons': 'in an emergency two persons go past it',
  never: 'nobody goes past it',
};

/** Who may go past an approval. A plan that says nothing of it is of the default. */
export const emergencyText = ({ breakGlass = defaultBreakGlass }: Pick<ApprovePolicy, 'breakGlass'>): string =>
  emergencies[breakGlass];

/** `canary in eu-west: 1, 10%, bake 2 min; world in us-east, us-west: 1, 100%` */
const rolloutText = ({ stages, window }: Pick<RolloutSpec, 'stages' | 'window'>): string =>
  [...stages.map(stageText), ...(window ? [`stages begin ${recurrenceText(window)}`] : [])].join('; ');

function stageText({ name, regions, batches, bakeMs, approve }: StageSpec): string {
  const bake = bakeMs === 0 ? '' : `, bake ${lasted(bakeMs)}`;
  const asked = approve === undefined ? '' : `, after ${quorumText(approve)}`;
  return `${name} in ${named(regions)}: ${batches.map(shareText).join(', ')}${bake}${asked}`;
}

/** `GET /healthz every 2 s: healthy after 3, unhealthy after 2, starts within 10 s` */
export function healthText(health: HealthConfig): string {
  const { http, intervalMs, healthyAfter, unhealthyAfter, startPeriodMs } = health;
  return `GET ${http} every ${lasted(intervalMs)}: healthy after ${healthyAfter}, unhealthy after ${unhealthyAfter}, starts within ${lasted(startPeriodMs)}`;
}

/** What a service's newest spec asks of people and of the rollout. */
export const policyOf = ({ approve, rollout }: Pick<ServiceSpec, 'approve' | 'rollout'>) => ({
  approval: approvalText(approve),
  rollout: rolloutText(rollout),
});
