import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import tls from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { lifeFrom, type CertificateLife } from '../../domain/host-identity/certificate-life.ts';
import { createTestAuthority, type TestAuthority } from '../../test/host-certificates.ts';
import { connectToGateway, type GatewayTrust } from './gateway-connection.ts';

const dayMs = 86_400_000;
let authority: TestAuthority;
let server: tls.Server;
beforeEach(async () => void (authority = await createTestAuthority()));
afterEach(() => void server.close());

async function serve(
  pair: { readonly key: string; readonly certificate: string },
  more: tls.TlsOptions = {},
): Promise<URL> {
  server = tls.createServer(
    { key: pair.key, cert: pair.certificate, ...more },
    (socket) => void socket.on('error', () => undefined),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return new URL(`https://127.0.0.1:${(server.address() as AddressInfo).port}`);
}
const trust = (of = authority): GatewayTrust => ({ region: of.authority.region, authorities: of.trusted });
const gatewayOf = (of = authority, life: CertificateLife = lifeFrom(Date.now(), dayMs)) =>
  of.authority.certifyGateway(life);
async function connect(url: URL, trusted = trust()): Promise<string> {
  const socket = await connectToGateway(url, trusted, null);
  socket.destroy();
  return 'connected';
}

describe('a connection to a gateway', () => {
  it('is made to one that the authority of the region has certified, wherever it listens', async () => {
    expect(await connect(await serve(await gatewayOf()))).toBe('connected');
  });

  it.each([
    ['a year behind', 365],
    ['an hour behind', 1 / 24],
    ['an hour ahead', -1 - 1 / 24],
    ['a year ahead', -366],
  ])('is made by a host whose clock is %s', async (_what, days) => {
    expect(await connect(await serve(await gatewayOf(authority, lifeFrom(Date.now() + days * dayMs, dayMs))))).toBe(
      'connected',
    );
  });

  it.each<[string, () => Promise<URL>, string]>([
    [
      'that another authority has certified',
      async () => serve(await gatewayOf(await createTestAuthority())),
      'no authority of region eu-west',
    ],
    [
      'of another region',
      async () => serve(await gatewayOf(await createTestAuthority('us-east'))),
      'no authority of region eu-west',
    ],
    ['that is a host with its certificate', async () => serve(await authority.certify('a')), 'is no gateway of region'],
    ['that speaks TLS 1.2', async () => serve(await gatewayOf(), { maxVersion: 'TLSv1.2' }), 'protocol version'],
  ])('is not made to one %s', async (_what, url, why) => {
    await expect(connect(await url())).rejects.toThrow(why);
  });

  it('is not made by a host whose root document names no authority', async () => {
    const url = await serve(await gatewayOf());
    await expect(connect(url, { ...trust(), authorities: [] })).rejects.toThrow('names no authority of region eu-west');
  });

  it('is made to a gateway of either authority while one follows another', async () => {
    const next = await createTestAuthority();
    const authorities = [...authority.trusted, ...next.trusted];
    expect(await connect(await serve(await gatewayOf(next)), { ...trust(), authorities })).toBe('connected');
  });

  it('that is refused is told', async () => {
    const url = await serve(await gatewayOf());
    server.close();
    await expect(connect(url)).rejects.toThrow('ECONNREFUSED');
  });

  it('that is taken and never answered is given up', async () => {
    const silent = net.createServer();
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const url = new URL(`https://127.0.0.1:${(silent.address() as AddressInfo).port}`);
    await expect(connectToGateway(url, trust(), null, 300)).rejects.toThrow('could not be connected to in time');
    silent.close();
  });
});
