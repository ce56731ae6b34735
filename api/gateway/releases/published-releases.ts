import type { Digest } from '../../../domain/names.ts';
import type { Envelope } from '../../../protocol/dsse.ts';

/** What this region serves: releases of which all is here, and nothing else of its store. */
export interface PublishedReleases {
  /** Signed manifest root; `null` until the release is published here. */
  findRelease(release: Digest): Promise<Envelope | null>;
  /** Whether the blob is one of a release that is published here. */
  isPart(release: Digest, blob: Digest): Promise<boolean>;
}
