import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { ServiceDirectory } from '../../../agent/agent-directory.ts';
import { installedReleases, isIntact, linkedRelease } from '../../../agent/install/installed-release.ts';
import type { Digest } from '../../../domain/names.ts';
import { envelopeSchema } from '../../../protocol/dsse.ts';
import { verifyManifest } from '../../../protocol/manifest.ts';
import type { TrustedKeys } from '../../../protocol/root-document.ts';
import type { DiskEvidence } from './evidence.ts';

/** Reads every release on a host's disk from end to end. */
export async function readHostDisk(directory: ServiceDirectory, keys: TrustedKeys): Promise<DiskEvidence> {
  const current = await linkedRelease(directory.current);
  const whole = await installedReleases(directory);
  const releases = await Promise.all(
    whole.map(async (digest) => ({
      digest,
      intact: await isIntact(directory, digest),
      signed: await isSigned(directory, digest, keys),
    })),
  );
  return { current, releases };
}

async function isSigned(directory: ServiceDirectory, digest: Digest, keys: TrustedKeys): Promise<boolean> {
  const file = path.join(directory.release(digest).documents, 'manifest.json');
  const envelope = envelopeSchema.safeParse(JSON.parse(await readFile(file, 'utf8')));
  return envelope.success && verifyManifest(envelope.data, digest, [keys.build]).ok;
}
