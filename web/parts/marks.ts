import type { DeploymentRegion, DeploymentStep, DeploymentSummary, ServiceHosts } from '../client/api.ts';

/** The shapes of states. Shape and word stand together always; colour only repeats them. */
export const markNames = [
  'healthy',
  'running',
  'baking',
  'paused',
  'waiting',
  'held',
  'failed',
  'undone',
  'unknown',
  'absent',
  'locked',
] as const;
export type MarkName = (typeof markNames)[number];

export interface Mark {
  readonly mark: MarkName;
  readonly word: string;
}

const outcomeMarks: Readonly<Record<NonNullable<DeploymentSummary['outcome']>, MarkName>> = {
  succeeded: 'healthy',
  rejected: 'failed',
  failed: 'failed',
  superseded: 'absent',
  cancelled: 'absent',
  undone: 'undone',
};

/** Of a deployment: what keeps it is more than what it was doing. */
export function deploymentMark(deployment: DeploymentSummary): Mark {
  const { outcome, held, paused, state, waiting } = deployment;
  if (outcome !== null) return { mark: outcomeMarks[outcome], word: outcome };
  if (held) return { mark: 'held', word: 'held' };
  if (paused) return { mark: 'paused', word: 'paused' };
  if (state === 'undoing') return { mark: 'undone', word: 'undoing' };
  if (state === 'approving' || state === 'queued') return { mark: 'waiting', word: state };
  if (state === 'baking') return { mark: 'baking', word: 'baking' };
  return { mark: waiting === null ? 'running' : 'waiting', word: state };
}

const regionMarks: Readonly<Record<DeploymentRegion['state'], MarkName>> = {
  pending: 'waiting',
  replicating: 'running',
  ready: 'waiting',
  rolling: 'running',
  baking: 'baking',
  done: 'healthy',
  undoing: 'undone',
  undone: 'undone',
  unreachable: 'unknown',
  skipped: 'absent',
};

/** Of a region within a deployment. One that does not report is unknown, whatever was known before. */
export function regionMark({ state }: Pick<DeploymentRegion, 'state'>, hosts: ServiceHosts | undefined): Mark {
  if (hosts !== undefined && isSilent(hosts)) return { mark: 'unknown', word: `unknown, was ${state}` };
  return { mark: regionMarks[state], word: state };
}

/** Of a service's hosts in a region. */
export function hostsMark(hosts: ServiceHosts): Mark {
  const counts = hosts.hosts;
  if (counts === null) return { mark: 'unknown', word: 'unknown' };
  if (hosts.stale) return { mark: 'unknown', word: 'unknown' };
  if (counts.unhealthy > 0) return { mark: 'failed', word: 'unhealthy' };
  if (counts.reverted > 0) return { mark: 'undone', word: 'reverted' };
  if (counts.unknown > 0) return { mark: 'unknown', word: 'unknown' };
  if (counts.switching > 0) return { mark: 'running', word: 'switching' };
  if (counts.healthy > 0) return { mark: 'healthy', word: 'healthy' };
  return { mark: 'absent', word: counts.total === 0 ? 'no hosts' : 'absent' };
}

/** Its counts say how it was, not how it is. */
export const isSilent = ({ hosts, stale }: ServiceHosts): boolean => hosts === null || stale;

const stepMarks: Readonly<Record<DeploymentStep['state'], MarkName>> = {
  pending: 'absent',
  running: 'running',
  waiting: 'waiting',
  done: 'healthy',
  failed: 'failed',
  skipped: 'absent',
};

export function stepMark({ kind, state }: DeploymentStep): Mark {
  if (kind === 'undo' && (state === 'done' || state === 'running')) return { mark: 'undone', word: state };
  return { mark: stepMarks[state], word: state };
}
