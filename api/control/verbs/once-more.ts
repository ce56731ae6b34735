/** A release once more: what a retry or a redeploy brings, and what keeps it from being asked for. */
import { whyNotRetried } from '../../../domain/history/reopen.ts';
import type { RegionName, ReleaseNumber, ServiceName } from '../../../domain/names.ts';
import { ProblemError } from '../../http/problem-error.ts';
import type { Projection, StoredDeployment } from '../reads/projection.ts';

/** What is brought. */
export interface OnceMore {
  readonly service: ServiceName;
  readonly release: ReleaseNumber;
  readonly kind: 'rollout' | 'roll-forward';
  /** Only there, as before. */
  readonly regions?: readonly RegionName[] | undefined;
}

/** Why not, and what to do instead. */
export interface Refusal {
  readonly detail: string;
  readonly next?: string;
}

/** Where the deployment that is tried again was to go: to all regions, or to some. */
export const retried = ({ service, release, kind, source }: StoredDeployment): OnceMore => ({
  service,
  release,
  kind: kind === 'roll-forward' ? kind : 'rollout',
  regions: source.from === 'person' ? source.regions : undefined,
});

export function whyNoRetry(tried: StoredDeployment): Refusal | null {
  const detail = whyNotRetried(tried);
  return detail === null ? null : { detail };
}

/** What the service runs. @throws ProblemError `not-found`, or `refused` while it runs nothing */
export async function redeployed(projection: Pick<Projection, 'findService'>, service: ServiceName): Promise<OnceMore> {
  const shown = await projection.findService(service);
  if (shown === null) throw new ProblemError('not-found', { detail: `there is no service ${service}` });
  if (shown.currentRelease !== null) return { service, release: shown.currentRelease, kind: 'rollout' };
  throw new ProblemError('refused', { detail: `${service} runs nothing yet`, next: 'Deploy a release.' });
}

/** One deployment that brings it is enough, if that goes wherever this one would; `null` when there is none. */
export async function whyOnItsWay(
  projection: Pick<Projection, 'findLane' | 'findDeployment'>,
  { service, release, regions }: OnceMore,
): Promise<Refusal | null> {
  const lane = await projection.findLane(service);
  const open = lane === null ? [] : [...(lane.active === null ? [] : [lane.active]), ...lane.queue];
  for (const same of open.filter((entry) => entry.release === release && entry.kind !== 'rollback')) {
    const source = (await projection.findDeployment(service, same.number))?.source;
    const only = source?.from === 'person' ? source.regions : undefined;
    if (only !== undefined && !regions?.every((region) => only.includes(region))) continue;
    const detail = `${same.deployment} brings ${service}@${release} already`;
    return { detail, next: `Follow it: slipway watch ${same.deployment}` };
  }
  return null;
}
