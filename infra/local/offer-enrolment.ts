import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { openAgentDirectory } from '../../agent/agent-directory.ts';
import { renewableAfterEndMs } from '../../domain/host-identity/certificate-life.ts';
import { hostId, regionName } from '../../domain/names.ts';
import type { Database } from '../postgres/connect.ts';
import { createEnrolmentToken } from '../postgres/region/enrolment-tokens.ts';
import { listIdentities, type ListedIdentity } from '../postgres/region/identity-decisions.ts';
import { enrolmentTokenFile, hostsOf, type StackShape } from './programs.ts';
import { writeSecret } from './stack-secrets.ts';

/**
 * Gives each host of the region that has no certificate, and can renew none, a token to enrol itself with: new ones, those
 * whose folder was lost, and those of before hosts had certificates. Who was revoked stays out.
 */
export async function offerEnrolment(database: Database, shape: StackShape, region: string): Promise<void> {
  const known = new Map((await listIdentities(database)).map((identity) => [String(identity.host), identity]));
  for (const { host } of hostsOf(shape).filter((place) => place.region === region)) {
    // Hosts had lasting tokens once.
    await rm(path.join(shape.data.root, 'run', `host-token-${host}`), { force: true });
    if (goesOn(known.get(host), shape.data.agent(host))) continue;
    const wanted = { region: regionName(region), labels: { role: 'web' }, host: hostId(host), createdBy: 'installer' };
    writeSecret(enrolmentTokenFile(shape, host), await createEnrolmentToken(database, wanted));
  }
}

function goesOn(identity: ListedIdentity | undefined, folder: string): boolean {
  if (identity === undefined) return false;
  if (identity.state === 'revoked') return true;
  const isKept = ['host.json', 'next.json'].some((file) =>
    existsSync(path.join(openAgentDirectory(folder).identity, file)),
  );
  return isKept && identity.expiresAt.getTime() + renewableAfterEndMs > Date.now();
}
