import type { X509Certificate } from 'node:crypto';
import tls, { type SecureContext, type TLSSocket } from 'node:tls';
import type { RegionName } from '../../domain/names.ts';
import { gatewayName } from '../../protocol/host-identity.ts';
import { awakeTimer } from './awake-timer.ts';
import { GatewayError, UntrustedGatewayError } from './gateway-error.ts';

/** Who the gateway must be: of this region, by one of its authorities. */
export interface GatewayTrust {
  readonly region: RegionName;
  readonly authorities: readonly X509Certificate[];
  /** Whoever it is: for what proves itself, and for nothing that is secret. */
  readonly anybody?: true;
  /** Where to connect from, on a machine that has several; its own choice unless given. */
  readonly localAddress?: string;
}

/** What a host shows; nothing while it has no certificate. */
export interface ShownIdentity {
  /** PEM. */
  readonly key: string;
  readonly certificate: string;
}

const connectTimeoutMs = 10_000;
const tcpProbeMs = 15_000;
const minVersion = 'TLSv1.3';
const contexts = new WeakMap<ShownIdentity, SecureContext>();

/** To read a key and a certificate takes longer than the rest of the handshake, and some 100 KB. */
function contextOf(shown: ShownIdentity): SecureContext {
  const context =
    contexts.get(shown) ?? tls.createSecureContext({ key: shown.key, cert: shown.certificate, minVersion });
  contexts.set(shown, context);
  return context;
}

const serverUse = '1.3.6.1.5.5.7.3.1';

/** A connection to a gateway that proved to be one of the region; nothing was sent on it. @throws GatewayError */
export function connectToGateway(
  url: URL,
  trust: GatewayTrust,
  shown: ShownIdentity | null,
  timeoutMs = connectTimeoutMs,
): Promise<TLSSocket> {
  const name = gatewayName(trust.region);
  return new Promise((resolve, reject) => {
    const socket = tls.connect({
      host: url.hostname.replace(/^\[|\]$/g, ''),
      port: Number(url.port || 443),
      servername: name,
      ...(trust.localAddress !== undefined && { localAddress: trust.localAddress }),
      minVersion,
      // Judged below, and not by this host's clock, which may be a year off.
      rejectUnauthorized: false,
      ...(shown !== null && { secureContext: contextOf(shown) }),
    });
    const end = (error: GatewayError): void => {
      socket.destroy();
      reject(error);
    };
    const fail = (reason: string): void => end(new GatewayError(reason));
    const clear = awakeTimer(timeoutMs, () => fail(`${url.host} could not be connected to in time`));
    const onError = (error: Error): void => fail(error.message);
    const onClose = (): void => fail(`${url.host} closed the connection`);
    socket.once('error', onError);
    socket.once('close', onClose);
    socket.once('secureConnect', () => {
      clear();
      socket.off('error', onError);
      socket.off('close', onClose);
      const reason = trust.anybody ? null : whyNotTrusted(socket, name, trust);
      if (reason !== null) return end(new UntrustedGatewayError(reason));
      socket.setNoDelay(true);
      socket.setKeepAlive(true, tcpProbeMs);
      resolve(socket);
    });
    socket.once('close', clear);
  });
}

/**
 * The gateway's own times are not looked at: a host whose clock is off must still hear its goals, which have times of their
 * own. What a gateway can do is bounded by what is signed.
 */
function whyNotTrusted(socket: TLSSocket, name: string, { region, authorities }: GatewayTrust): string | null {
  const certificate = socket.getPeerX509Certificate();
  if (authorities.length === 0) return `the root document of this host names no authority of region ${region}`;
  if (certificate === undefined) return 'the gateway showed no certificate';
  const isOurs = authorities.some((each) => certificate.checkIssued(each) && certificate.verify(each.publicKey));
  if (!isOurs) return `no authority of region ${region} has certified the gateway`;
  const isGateway = certificate.keyUsage?.includes(serverUse) === true && certificate.checkHost(name) !== undefined;
  return isGateway ? null : `what answers is no gateway of region ${region}`;
}
