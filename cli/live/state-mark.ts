import type { Deployment, DeploymentRegion, DeploymentStep } from '../../protocol/api/deployment.ts';
import type { MarkName } from './marks.ts';

/** Which mark stands for a deployment, a step of it, or one of its regions. */

export function deploymentMarkName({ outcome, held, paused, state, why }: Deployment): MarkName {
  if (outcome !== null) return outcome === 'succeeded' ? 'ok' : outcome === 'undone' ? 'back' : 'fail';
  if (held) return 'hold';
  if (paused) return 'pause';
  if (state === 'undoing') return 'back';
  if (state === 'baking') return 'bake';
  return state === 'queued' || why?.needsSomeone === true ? 'wait' : 'run';
}

const ofStep = {
  pending: 'todo',
  running: 'run',
  waiting: 'wait',
  done: 'ok',
  failed: 'fail',
  skipped: 'absent',
} as const satisfies Readonly<Record<DeploymentStep['state'], MarkName>>;

export const stepMarkName = ({ kind, state }: DeploymentStep): MarkName =>
  kind === 'undo' && (state === 'running' || state === 'done') ? 'back' : ofStep[state];

const ofRegion = {
  pending: 'todo',
  replicating: 'todo',
  ready: 'todo',
  rolling: 'run',
  baking: 'bake',
  done: 'ok',
  undoing: 'back',
  undone: 'back',
  unreachable: 'unknown',
  skipped: 'absent',
} as const satisfies Readonly<Record<DeploymentRegion['state'], MarkName>>;

/** A region whose counts are too old is unknown, whatever it was told to do. */
export function regionMarkName({ state, hosts }: DeploymentRegion, isStale: boolean): MarkName {
  if (isStale && state !== 'pending' && state !== 'skipped') return 'unknown';
  return hosts.failed > 0 && (state === 'rolling' || state === 'baking') ? 'fail' : ofRegion[state];
}
