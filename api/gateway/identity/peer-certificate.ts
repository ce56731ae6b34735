import type { X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import { isValidAt, type CertificateLife } from '../../../domain/host-identity/certificate-life.ts';
import { hostId, isHostId, type Digest, type HostId, type RegionName } from '../../../domain/names.ts';
import { keyDigest } from '../../../protocol/host-identity.ts';

/** What the certificate at the other end of a connection says. */
export interface Peer {
  readonly host: HostId;
  readonly key: Digest;
  readonly life: CertificateLife;
}

export type ReadPeer = (socket: TLSSocket) => Peer | null;

const clientUse = '1.3.6.1.5.5.7.3.2';
const uriPattern = /^URI:slipway:\/\/([a-z0-9-]{1,63})\/([a-z0-9.-]{1,253})$/;

/**
 * Reads certificates of hosts of the region that one of the authorities has signed itself; `null` for any other, and for none.
 * That the other end has the key was shown by the handshake. Times are not looked at: an ended certificate is told apart
 * from a foreign one. Read once a connection.
 */
export function peerReader(region: RegionName, trusted: readonly X509Certificate[]): ReadPeer {
  const known = new WeakMap<TLSSocket, { readonly peer: Peer | null }>();
  return (socket) => {
    const before = known.get(socket);
    if (before !== undefined) return before.peer;
    const certificate = socket.getPeerX509Certificate?.();
    const peer = certificate === undefined ? null : peerIn(certificate, region, trusted);
    known.set(socket, { peer });
    return peer;
  };
}

function peerIn(certificate: X509Certificate, region: RegionName, trusted: readonly X509Certificate[]): Peer | null {
  const isOurs = trusted.some((each) => certificate.checkIssued(each) && certificate.verify(each.publicKey));
  if (!isOurs || !certificate.keyUsage?.includes(clientUse)) return null;
  const [, itsRegion, host = ''] = uriPattern.exec(certificate.subjectAltName ?? '') ?? [];
  if (itsRegion !== region || !isHostId(host)) return null;
  return {
    host: hostId(host),
    key: keyDigest(certificate.publicKey),
    life: { notBeforeMs: Date.parse(certificate.validFrom), notAfterMs: Date.parse(certificate.validTo) },
  };
}

/** The connection may be older than its certificate. */
export const isPeerValid = ({ life }: Peer, nowMs: number): boolean => isValidAt(life, nowMs);
