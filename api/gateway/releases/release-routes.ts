import { Router, type Request } from 'express';
import type { Digest } from '../../../domain/names.ts';
import { isDigest } from '../../../domain/names.ts';
import type { Envelope } from '../../../protocol/dsse.ts';
import { parseManifestRoot, type ManifestRoot } from '../../../protocol/manifest.ts';
import { ProblemError } from '../../http/problem-error.ts';
import type { PublishedReleases } from './published-releases.ts';
import { rangeOf } from './range-of.ts';
import { sendBlob, type BlobSource, type ByteCounter } from './send-blob.ts';

export interface ServedReleases extends BlobSource {
  readonly releases: PublishedReleases;
}

const parts = {
  listing: ({ listing }: ManifestRoot) => listing.digest,
  'chunk-table': ({ chunks }: ManifestRoot) => chunks.digest,
  config: ({ config }: ManifestRoot) => config.digest,
} as const;

/** `GET /v1/releases/…`: what a host needs to install a release, streamed from the region's store. */
export function releaseRoutes(source: ServedReleases, served: ByteCounter): Router {
  const { releases } = source;
  const router = Router();
  const rootOf = async (request: Request): Promise<Envelope> => {
    const release = digestIn(request, 'release');
    const envelope = await releases.findRelease(release);
    if (envelope === null) throw notHere(`this region does not serve ${release}`);
    return envelope;
  };
  router.get('/v1/releases/:release', async (request, response) => {
    response.json(await rootOf(request));
  });
  for (const [name, digestOfPart] of Object.entries(parts)) {
    router.get(`/v1/releases/:release/${name}`, async (request, response) => {
      const digest = digestOfPart(rootIn(await rootOf(request)));
      await sendBlob(source, { digest, response, rangeIn: () => undefined }, served);
    });
  }
  router.get('/v1/releases/:release/chunks/:chunk', async (request, response) => {
    const release = digestIn(request, 'release');
    const digest = digestIn(request, 'chunk');
    if (!(await releases.isPart(release, digest))) throw notHere(`this region serves no ${digest} of ${release}`);
    const rangeIn = (sizeBytes: number) => rangeOf(request, response, sizeBytes);
    await sendBlob(source, { digest, response, rangeIn }, served);
  });
  return router;
}

function digestIn(request: Request, name: string): Digest {
  const text = String(request.params[name]);
  if (!isDigest(text)) throw notHere(`${text.slice(0, 80)} is no digest`);
  return text;
}

/** It was verified when it was published here. */
export function rootIn({ payload }: Envelope): ManifestRoot {
  const parsed = parseManifestRoot(Buffer.from(payload, 'base64').toString('utf8'));
  if (!parsed.ok) throw new Error(`a published release has no readable root: ${parsed.reason}`);
  return parsed.root;
}

const notHere = (detail: string): ProblemError =>
  new ProblemError('not-found', { detail, next: 'Ask again when it has been replicated here.' });
