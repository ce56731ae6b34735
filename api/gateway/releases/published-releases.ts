import type { Placement } from '../../../domain/goal/goal.ts';
import type { Digest, ServiceName } from '../../../domain/names.ts';
import type { Envelope } from '../../../protocol/dsse.ts';

/** A release as this region serves it. */
export interface PublishedRelease {
  readonly service: ServiceName;
  /** Signed manifest root. */
  readonly envelope: Envelope;
}

/** What this region serves: releases of which all is here, and nothing else of its store. */
export interface PublishedReleases {
  /** `null` until the release is published here. */
  findRelease(release: Digest): Promise<PublishedRelease | null>;
  /** The service of a release that is published here and has the blob; `null` where there is none. */
  findServiceOf(release: Digest, blob: Digest): Promise<ServiceName | null>;
  /** The service's base and next in its goal as it is now; empty when it has none. */
  readPlacements(service: ServiceName): Promise<readonly (Placement | null)[]>;
}
