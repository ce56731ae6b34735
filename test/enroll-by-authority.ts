import path from 'node:path';
import type { ShownIdentity } from '../agent/gateway/gateway-connection.ts';
import { lifeFrom } from '../domain/host-identity/certificate-life.ts';
import type { Selector } from '../domain/goal/goal.ts';
import { hostId } from '../domain/names.ts';
import { keyFiles } from '../infra/keys/create-trust.ts';
import { readRegionAuthority } from '../infra/keys/region-authority.ts';
import type { Database } from '../infra/postgres/connect.ts';
import { enrollHost } from '../infra/postgres/region/enroll-host.ts';
import { keyDigest } from '../protocol/host-identity.ts';
import type { GatewayPlace } from './gateway-program.ts';
import { newKeyPair } from './host-certificates.ts';

const dayMs = 86_400_000;

/** Makes the host known to the region of a gateway program, with a key that its authority has certified. */
export async function enrollByAuthority(
  database: Database,
  { region, folder }: Pick<GatewayPlace, 'region' | 'folder'>,
  name: string,
  labels: Selector = {},
): Promise<ShownIdentity> {
  const keyFile = (file: string): string => path.join(folder, 'keys', file);
  const files = { authorityKeyFile: keyFile(keyFiles.authority(region)), rootFile: keyFile(keyFiles.root) };
  const { authority } = await readRegionAuthority({ region, ...files });
  const pair = newKeyPair();
  const life = lifeFrom(Date.now(), dayMs);
  const identity = { key: keyDigest(pair.publicKey), machine: null, expiresAtMs: life.notAfterMs };
  await enrollHost(database, hostId(name), labels, identity);
  return {
    key: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    certificate: await authority.certifyHost(hostId(name), pair.publicKey, life),
  };
}
