import type { RegionName } from '../../domain/names.ts';
import { connectCertificateSource, type CertificateSource } from '../identity/ask-certificate.ts';
import type { OwnName } from '../identity/identity-files.ts';
import type { GatewayAccess } from './gateway-access.ts';
import { connectGateway, type GatewayClient } from './gateway-client.ts';
import type { GatewayTrust } from './gateway-connection.ts';
import type { GatewaysInTurn } from './gateways-in-turn.ts';
import { connectRootSource, type RootSource } from './root-source.ts';

/** Whatever is asked of a gateway is asked of the one in use: what one part of the agent finds out about it holds for all. */
export function connectGateways(inTurn: GatewaysInTurn, access: GatewayAccess): GatewayClient {
  const clients = new Map(inTurn.gateways.map((url) => [url, connectGateway(url, access)]));
  const of = (url: URL): GatewayClient => clients.get(url)!;
  const { ask, askFirst, askEach } = inTurn;
  return {
    poll: (request, signal) => askFirst(signal, (url) => of(url).poll(request, signal)),
    report: (batch, signal) => ask(signal, (url) => of(url).report(batch, signal)),
    showGoals: (held, signal) => ask(signal, (url) => of(url).showGoals(held, signal)),
    // Where none answers the values of an earlier start are used, which may be old.
    secrets: (request, signal) => askEach(signal, (url) => of(url).secrets(request, signal)),
    sendLogs: (chunk, signal) => ask(signal, (url) => of(url).sendLogs(chunk, signal)),
    manifest: (release, signal) => ask(signal, (url) => of(url).manifest(release, signal)),
    part: (release, part, maxBytes, signal) => ask(signal, (url) => of(url).part(release, part, maxBytes, signal)),
    chunk: (release, range, signal) => ask(signal, (url) => of(url).chunk(release, range, signal)),
    close: () => clients.forEach((client) => client.close()),
  };
}

/** Asked of the next when the one in use could not prove itself: were that away, only the first could say why. */
export const rootsInTurn =
  ({ askEach }: GatewaysInTurn, region: RegionName): RootSource =>
  (version, signal) =>
    askEach(signal, (url) => connectRootSource(url, region)(version, signal));

export function certificatesInTurn({ ask }: GatewaysInTurn, trust: GatewayTrust, own: OwnName): CertificateSource {
  const at = (url: URL): CertificateSource => connectCertificateSource(url, trust, own);
  return {
    enroll: (token, key, machine, signal) => ask(signal, (url) => at(url).enroll(token, key, machine, signal)),
    renew: (key, next, signal) => ask(signal, (url) => at(url).renew(key, next, signal)),
  };
}
