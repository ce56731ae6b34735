import { Router, type Request, type Response } from 'express';
import type { Digest } from '../../../domain/names.ts';
import { isDigest } from '../../../domain/names.ts';
import type { Envelope } from '../../../protocol/dsse.ts';
import { parseManifestRoot, type ManifestRoot } from '../../../protocol/manifest.ts';
import { ProblemError } from '../../http/problem-error.ts';
import { hostOf } from '../host-identity.ts';
import type { PublishedReleases } from './published-releases.ts';
import { rangeOf } from './range-of.ts';
import type { IsGiven } from './release-access.ts';
import { sendBlob, type BlobSource, type ByteCounter } from './send-blob.ts';

export interface ServedReleases extends BlobSource {
  readonly releases: PublishedReleases;
}

const parts = {
  listing: ({ listing }: ManifestRoot) => listing.digest,
  'chunk-table': ({ chunks }: ManifestRoot) => chunks.digest,
  config: ({ config }: ManifestRoot) => config.digest,
} as const;

/**
 * `GET /v1/releases/…`: what a host needs to install a release, streamed from the region's store. What a host may not have is
 * answered as what isn't here: nobody finds out by asking.
 */
export function releaseRoutes(source: ServedReleases, isGiven: IsGiven, served: ByteCounter): Router {
  const { releases } = source;
  const router = Router();
  const rootOf = async (request: Request, response: Response): Promise<Envelope> => {
    const release = digestIn(request, 'release');
    const found = await releases.findRelease(release);
    if (found === null || !(await isGiven(hostOf(response), { release, service: found.service })))
      throw notHere(`this region does not serve ${release}`);
    return found.envelope;
  };
  router.get('/v1/releases/:release', async (request, response) => {
    response.json(await rootOf(request, response));
  });
  for (const [name, digestOfPart] of Object.entries(parts)) {
    router.get(`/v1/releases/:release/${name}`, async (request, response) => {
      const digest = digestOfPart(rootIn(await rootOf(request, response)));
      await sendBlob(source, { digest, response, rangeIn: () => undefined }, served);
    });
  }
  router.get('/v1/releases/:release/chunks/:chunk', async (request, response) => {
    const release = digestIn(request, 'release');
    const digest = digestIn(request, 'chunk');
    const service = await releases.findServiceOf(release, digest);
    if (service === null || !(await isGiven(hostOf(response), { release, service })))
      throw notHere(`this region serves no ${digest} of ${release}`);
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
  new ProblemError('not-found', {
    detail,
    next: 'Ask again when it has been replicated here and a placement of its service includes this host.',
  });
