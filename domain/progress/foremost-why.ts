import type { Why } from './why-facts.ts';

/**
 * Of a service that has a deployment on its way there are two: what that is at, and what keeps the service. People are told
 * the one that needs them, else where the deployment is.
 */
export const foremostWhy = <Told extends Pick<Why, 'needsSomeone'>>(
  ofDeployment: Told | null,
  ofService: Told | null,
): Told | null => (ofService?.needsSomeone && !ofDeployment?.needsSomeone ? ofService : (ofDeployment ?? ofService));
