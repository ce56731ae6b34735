import type { DeploymentOutcome } from '../states.ts';

/**
 * Ends that somebody wanted. A deployment that ended so before it began in any region has left everything as the one before
 * it did: that one, and not this, says how the service is.
 */
export const takenBack: readonly DeploymentOutcome[] = ['superseded', 'cancelled', 'rejected'];
