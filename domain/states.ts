/** The closed lists of states: the same words in workflows, databases, the API, the CLI and the UI. */

export const deploymentStates = [
  'queued',
  'building',
  'checking',
  'approving',
  'rolling',
  'baking',
  'verifying',
  'undoing',
  'succeeded',
  'rejected',
  'failed',
  'superseded',
  'cancelled',
  'undone',
] as const;
export type DeploymentState = (typeof deploymentStates)[number];

export const deploymentOutcomes = ['succeeded', 'rejected', 'failed', 'superseded', 'cancelled', 'undone'] as const;
/** A deployment's last state. `failed` means that something could not be undone, or that nothing was touched. */
export type DeploymentOutcome = (typeof deploymentOutcomes)[number];

export const isOutcome = (state: DeploymentState): state is DeploymentOutcome =>
  (deploymentOutcomes as readonly string[]).includes(state);

export const deploymentKinds = ['rollout', 'rollback', 'roll-forward'] as const;
export type DeploymentKind = (typeof deploymentKinds)[number];

export const releaseStates = ['building', 'ready', 'admitted', 'blocked', 'retired'] as const;
export type ReleaseState = (typeof releaseStates)[number];

export const regionStates = [
  'pending',
  'replicating',
  'ready',
  'rolling',
  'baking',
  'done',
  'undoing',
  'undone',
  'unreachable',
  'skipped',
] as const;
/** A region within one deployment. */
export type RegionState = (typeof regionStates)[number];

export const hostStates = [
  'pending',
  'fetching',
  'switching',
  'healthy',
  'reverted',
  'lost',
  'absent',
  'pinned',
  'maintenance',
] as const;
/** A host within one deployment. */
export type HostState = (typeof hostStates)[number];

/** `operator`: runs Slipway itself, and grants rights. */
export const roles = ['deployer', 'release-owner', 'operator'] as const;
export type Role = (typeof roles)[number];
