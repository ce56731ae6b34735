import type { ChainedAuditRecord } from '../../../protocol/audit-record.ts';
import type { RunEvidence } from '../evidence/evidence.ts';

type Seen = Pick<RunEvidence, 'service' | 'openLooks' | 'centre'>;

/** Promise 2: at most one deployment is active per (service, region). */
export function oneActive({ service, openLooks, centre }: Seen): string[] {
  const together = openLooks.map((open) => open.filter(({ started }) => started)).find(({ length }) => length > 1);
  const both = together?.map(({ deployment }) => deployment).join(' and ');
  return [
    ...(both === undefined ? [] : [`deployments ${both} were active at once`]),
    ...heldTogether(service, centre.audit),
    ...(centre.holder === null ? [] : [`deployment ${centre.holder} still holds ${service}`]),
  ];
}

/** By the audit: a deployment held the service while another did. */
function heldTogether(service: string, audit: readonly ChainedAuditRecord[]): string[] {
  let holder: string | null = null;
  return audit.flatMap(({ verb, object }) => {
    if (!object.startsWith(`${service}/`)) return [];
    if (verb === 'service-held') {
      const before = holder;
      holder = object;
      return before === null ? [] : [`${object} was given the service that ${before} held`];
    }
    if (verb === 'deployment-ended' && holder === object) holder = null;
    return [];
  });
}
