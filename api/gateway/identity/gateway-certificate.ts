import type { X509Certificate } from 'node:crypto';
import type { TlsOptions } from 'node:tls';
import type { Logger } from 'pino';
import { lifeFrom } from '../../../domain/host-identity/certificate-life.ts';
import type { CertificateAuthority } from '../../../infra/keys/certificate-authority.ts';
import type { ServedTls } from '../../http/serve.ts';

/** Its key lives in this process only. */
const lifeMs = 7 * 86_400_000;
const renewEveryMs = 86_400_000;

/**
 * What a gateway serves TLS with. Every certificate is taken, and none at all: who may do what is decided by the routes,
 * which can say why not.
 */
export async function gatewayTls(
  authority: CertificateAuthority,
  trusted: readonly X509Certificate[],
): Promise<TlsOptions> {
  return {
    ...(await pairOf(authority, trusted)),
    requestCert: true,
    rejectUnauthorized: false,
    minVersion: 'TLSv1.3',
    handshakeTimeout: 10_000,
  };
}

/** Replaces the certificate each day, until stopped. */
export function keepCertificate(
  served: ServedTls,
  authority: CertificateAuthority,
  trusted: readonly X509Certificate[],
  log: Logger,
): { stop(): void } {
  const renew = async (): Promise<void> => served.replaceCertificate(await pairOf(authority, trusted));
  const renewing = setInterval(
    () => void renew().catch((err: unknown) => log.error({ err }, 'the certificate of the gateway was not renewed')),
    renewEveryMs,
  );
  renewing.unref();
  return { stop: () => clearInterval(renewing) };
}

async function pairOf(authority: CertificateAuthority, trusted: readonly X509Certificate[]) {
  const { key, certificate } = await authority.certifyGateway(lifeFrom(Date.now(), lifeMs));
  return { key, cert: certificate, ca: trusted.map((each) => each.toString()) };
}
