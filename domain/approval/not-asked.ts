import type { DeploymentState } from '../states.ts';

/** Of states in which a plan may stand and nobody be asked; others are an adjective of themselves. */
const doing: Partial<Record<DeploymentState, string>> = {
  approving: 'has all it needs',
  undoing: 'is being undone',
  verifying: 'is being verified',
};

/** `checkout/87 waits for no approval: it is rolling` */
export const notAsked = (name: string, state: DeploymentState): string =>
  `${name} waits for no approval: it ${doing[state] ?? `is ${state}`}`;
