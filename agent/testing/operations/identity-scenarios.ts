/** How a host comes to a certificate: the first, one after it was revoked, and one that follows another. */
export const identityScenarioNames = ['enrol', 'enrol-again', 'renew'] as const;
export type IdentityScenarioName = (typeof identityScenarioNames)[number];
