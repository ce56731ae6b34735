import { verifyAudit, type ChainedAuditRecord } from '../../../protocol/audit-record.ts';
import type { EndedDeployment, RunEvidence } from '../evidence/evidence.ts';

type Seen = Pick<RunEvidence, 'service' | 'deployments' | 'centre'>;

/** Promise 6: one audit record per change of state, in a hash chain that verifies. */
export async function auditIsWhole({ service, deployments, centre: { audit } }: Seen): Promise<string[]> {
  const verdict = await verifyAudit(audit);
  const keys = new Set(audit.map(({ key }) => key));
  return [
    ...(verdict.intact ? [] : [`the audit breaks at record ${verdict.sequence}: ${verdict.reason}`]),
    ...(keys.size === audit.length ? [] : ['a change of state has two audit records']),
    ...deployments.flatMap((deployment) => missingChanges(`${service}/${deployment.number}`, deployment, audit)),
  ];
}

/**
 * A deployment numbers its changes: each must be there, up to its end. A recovery leaves a gap before its first, since it
 * doesn't know what the lost workflow was about to tell. That first is told before it says that it has started when a
 * person's message came with it.
 */
function missingChanges(object: string, deployment: EndedDeployment, audit: readonly ChainedAuditRecord[]): string[] {
  const own = audit.filter((record) => record.object === object);
  const ends = own.filter(({ key }) => key === `end:${object}`);
  const opened = own.filter(({ key }) => key === `open:${object}`);
  const numbered = own.flatMap(({ detail }) => (typeof detail['sequence'] === 'number' ? [detail['sequence']] : []));
  const recovered = own.flatMap(({ verb, detail }) =>
    verb === 'recovery-started' ? [Number(detail['sequence'])] : [],
  );
  const firstOfIts = (at: number): number => (numbered.includes(at - 1) ? firstOfIts(at - 1) : at);
  const isBeforeRecovery = (sequence: number): boolean =>
    recovered
      .map(firstOfIts)
      .some((first) => sequence < first && !numbered.some((each) => sequence < each && each < first));
  const missing = Array.from({ length: deployment.sequence }, (_, index) => index + 1).filter(
    (sequence) => !numbered.includes(sequence) && !isBeforeRecovery(sequence),
  );
  return [
    ...(opened.length === 1 && ends.length === 1 ? [] : [`${object} has no audit record of its beginning or end`]),
    ...(missing.length === 0
      ? []
      : [`${object} has no audit record of its changes ${missing.slice(0, 10).join(', ')}`]),
  ];
}
