import { deploymentWorkflowId } from '../../../workflows/messages/deployment.ts';
import type { ApprovalBinding } from '../../../domain/plan/plan.ts';
import type { Deployment } from '../../../protocol/api/deployment.ts';
import type { Linked, StoredDeployment } from './projection.ts';

export interface LinkTargets {
  /** `null` without a Web UI. */
  readonly temporalUiUrl: string | null;
  readonly temporalNamespace: string;
  /** With `{repository}` and `{commit}` to be filled in; `null` when commits are shown nowhere. */
  readonly commitUrl: string | null;
  /** With `{trace}` to be filled in; `null` when traces are shown nowhere. */
  readonly traceUrl: string | null;
}

/** A stored deployment as it is answered: with links, and with what an approval must be bound to where that was asked. */
export function withLinks(
  targets: LinkTargets,
  { linked, ends: _ends, ...stored }: StoredDeployment,
  binding: ApprovalBinding | null,
): Deployment {
  return {
    ...stored,
    binding: binding === null ? null : { ...binding, regions: [...binding.regions] },
    links: {
      temporal: temporalLink(targets, stored, linked),
      commit: commitLink(targets, stored, linked),
      trace: traceLink(targets, stored),
    },
  };
}

/** Temporal's Web UI finds the newest run of an id by itself when none is named. */
function temporalLink(
  { temporalUiUrl, temporalNamespace }: LinkTargets,
  { service, number }: Pick<StoredDeployment, 'service' | 'number'>,
  { runId }: Linked,
): string | null {
  if (temporalUiUrl === null) return null;
  const id = encodeURIComponent(deploymentWorkflowId(service, number));
  const run = runId === null ? '' : `/${encodeURIComponent(runId)}/history`;
  return `${temporalUiUrl}/namespaces/${encodeURIComponent(temporalNamespace)}/workflows/${id}${run}`;
}

/** A repository is `owner/name`: its slash is part of the path. */
const commitLink = (
  { commitUrl }: LinkTargets,
  { commit }: Pick<StoredDeployment, 'commit'>,
  { repository }: Linked,
): string | null =>
  commitUrl?.replaceAll('{repository}', () => repository).replaceAll('{commit}', () => commit) ?? null;

const traceLink = ({ traceUrl }: LinkTargets, { traceId }: Pick<StoredDeployment, 'traceId'>): string | null =>
  traceId === null ? null : (traceUrl?.replaceAll('{trace}', () => traceId) ?? null);
