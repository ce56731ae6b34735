import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { Logger } from 'pino';
import { judgeHost, type HostRefusal } from '../../../domain/host-identity/admission.ts';
import { ProblemError } from '../../http/problem-error.ts';
import type { HostIdentity } from '../host-identity.ts';
import type { HostConnections } from './host-connections.ts';
import type { HostMemory } from './host-memory.ts';
import type { StoredHost } from './identity-store.ts';
import { isPeerValid, type Peer, type ReadPeer } from './peer-certificate.ts';

export interface IdentityParts {
  readonly store: HostMemory;
  readonly readPeer: ReadPeer;
  readonly connections: HostConnections;
  readonly log: Logger;
  /** Counts who was kept out, and why. */
  readonly onRefused: (because: string) => void;
}

/**
 * Hosts are known by the certificate of the connection. Who is remembered as let in comes in; everybody else, and every
 * refusal, is looked up. A revocation is told to all gateways; were the word lost, the next look at who is shut out finds it.
 */
export const certificateIdentity = (parts: IdentityParts): HostIdentity => ({
  async identify({ socket }) {
    const peer = parts.readPeer(socket as TLSSocket);
    if (peer === null) throw refusal(parts, 'not-enrolled', 'no certificate by the authority of this region came');
    if (!isPeerValid(peer, Date.now())) throw refusal(parts, 'certificate-ended', `it was valid until ${endOf(peer)}`);
    const found = await parts.store.find(peer.host, (remembered) => isSimplyIn(remembered, peer));
    await letIn(parts, peer, found);
    parts.connections.add(peer.host, socket as TLSSocket);
    return found!;
  },
});

function isSimplyIn({ identity }: StoredHost, { key }: Peer): boolean {
  const judged = judgeHost(identity, key);
  return judged.admitted && !judged.promote;
}

const endOf = ({ life }: Peer): string => new Date(life.notAfterMs).toISOString();

async function letIn(parts: IdentityParts, { host, key }: Peer, found: StoredHost | null): Promise<void> {
  const { store } = parts;
  const judged = judgeHost(found?.identity ?? null, key);
  if (judged.admitted) return judged.promote ? store.promote(host, key) : undefined;
  if (judged.because === 'former-key')
    throw await quarantine(parts, host, 'a key came that it had before: an old copy of its disk runs');
  throw refusal(parts, problemOfRefusal[judged.because], found?.identity.quarantine ?? `of ${host}`);
}

const problemOfRefusal = {
  'not-enrolled': 'not-enrolled',
  revoked: 'host-revoked',
  quarantined: 'host-quarantined',
} as const satisfies Record<Exclude<HostRefusal, 'former-key'>, string>;

type IdentityProblem = 'not-enrolled' | 'certificate-ended' | 'host-revoked' | 'host-quarantined' | 'enrolment-refused';

/** What to throw. */
export function refusal({ onRefused }: Pick<IdentityParts, 'onRefused'>, code: IdentityProblem, detail: string): Error {
  onRefused(code);
  return new ProblemError(code, { detail });
}

/** Keeps the host out until an operator decides. What to throw. */
export async function quarantine(
  parts: IdentityParts,
  host: StoredHost['id'],
  why: string,
  asking?: Socket,
): Promise<Error> {
  if (await parts.store.quarantine(host, why)) parts.log.warn({ host, why }, 'a host was quarantined');
  parts.connections.end(host, asking);
  return refusal(parts, 'host-quarantined', why);
}
