import type { Digest, ServiceName } from '../../domain/names.ts';
import type { AgentDirectory } from '../agent-directory.ts';
import { readRoot } from '../install/installed-release.ts';

export interface NamedRelease {
  /** `checkout@412`; the beginning of the digest where its documents aren't here. */
  readonly name: string;
  readonly digest: Digest;
}

export async function nameRelease(
  directory: AgentDirectory,
  service: ServiceName,
  digest: Digest,
): Promise<NamedRelease> {
  const signed = await readRoot(directory.service(service), digest).catch(() => null);
  const name = signed === null ? digest.slice(0, 'sha256:'.length + 12) : `${service}@${signed.root.release}`;
  return { name, digest };
}

export const nameOrNull = async (
  directory: AgentDirectory,
  service: ServiceName,
  digest: Digest | null,
): Promise<NamedRelease | null> => (digest === null ? null : nameRelease(directory, service, digest));
