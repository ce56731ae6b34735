import type { Readable } from 'node:stream';
import { secretNamesOf } from '../../../domain/secret/secret-names.ts';
import type { SecretAsk } from '../../../domain/secret/may-have.ts';
import type { Digest } from '../../../domain/names.ts';
import { digestOf } from '../../../protocol/digest.ts';
import type { ManifestRoot } from '../../../protocol/manifest.ts';
import { releaseConfigSchema } from '../../../protocol/release-config.ts';
import { ProblemError } from '../../http/problem-error.ts';
import { rootIn, type ServedReleases } from '../releases/release-routes.ts';

/** What never changes is read once; releases that ask are few. */
const remembered = 1_000;

/** Which secrets the signed config of a release names. */
export interface NamedSecrets {
  /** @throws ProblemError when the region does not serve it */
  of(release: Digest): Promise<SecretAsk['release']>;
}

export function openNamedSecrets(source: Pick<ServedReleases, 'releases' | 'store'>): NamedSecrets {
  const known = new Map<Digest, SecretAsk['release']>();
  return {
    async of(release) {
      const found = known.get(release) ?? (await readNames(release, source));
      known.set(release, found);
      if (known.size > remembered) known.delete(known.keys().next().value!);
      return found;
    },
  };
}

async function readNames(
  release: Digest,
  { releases, store }: Pick<ServedReleases, 'releases' | 'store'>,
): Promise<SecretAsk['release']> {
  const found = await releases.findRelease(release);
  if (found === null)
    throw new ProblemError('not-found', {
      detail: `this region does not serve ${release}`,
      next: 'Ask again when it has been replicated here.',
    });
  const root = rootIn(found.envelope);
  const blob = await store.open(root.config.digest);
  const bytes = blob === null ? null : await readAtMost(blob.stream, root.config.sizeBytes);
  if (bytes === null || digestOf(bytes) !== root.config.digest) throw lost(root);
  const { run } = releaseConfigSchema.parse(JSON.parse(bytes.toString('utf8')));
  return { service: root.service, names: secretNamesOf(run) };
}

async function readAtMost(stream: Readable, mostBytes: number): Promise<Buffer | null> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of stream as AsyncIterable<Buffer>) {
    bytes += piece.length;
    if (bytes > mostBytes) return null;
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

const lost = ({ config }: ManifestRoot): ProblemError =>
  new ProblemError('unavailable', { detail: `${config.digest} is lost from the region's store` }, 30);
