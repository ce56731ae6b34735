/** What a control worker runs: every export is a workflow type. */
export { deployment } from './deployment/deployment.ts';
export { fleet } from './fleet/fleet.ts';
export { lane } from './lane/lane.ts';
export { recovery } from './recovery/recovery.ts';
export { reconcile } from './reconcile.ts';
export { regionRollout } from './region-rollout/region-rollout.ts';
export { regionUndo } from './region-undo.ts';
