/**
 * What people do inside a region with its own command (`slipway-region`). The first two are about a service and change its
 * goal; the others are about a host.
 */
export const localVerbs = [
  'rollback',
  'hold',
  'enroll',
  'label',
  'maintenance-on',
  'maintenance-off',
  'revoke',
  'release',
  'retire',
] as const;
export type LocalVerb = (typeof localVerbs)[number];
