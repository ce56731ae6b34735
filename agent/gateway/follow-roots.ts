import { isDeepStrictEqual } from 'node:util';
import type { RegionName } from '../../domain/names.ts';
import type { SeenRoot } from '../../domain/host/service-state.ts';
import { keyId } from '../../protocol/dsse.ts';
import type { TrustedKeys } from '../../protocol/root-document.ts';
import type { HostLoop } from '../host-loop.ts';
import type { Log } from '../log.ts';
import type { PinnedRoot } from '../trust/pinned-root.ts';
import { GatewayError } from './gateway-error.ts';
import type { RootSource } from './root-source.ts';

export interface RootFollower {
  readonly root: PinnedRoot;
  readonly region: RegionName;
  readonly loop: Pick<HostLoop, 'dispatch' | 'state'>;
  readonly roots: RootSource;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/**
 * Walks to the version that the gateway has (`Infinity`: as far as it goes), each vouched for by the one before.
 * @returns whether another is in force now
 */
export async function followRoots(newest: number, follower: RootFollower): Promise<boolean> {
  const { root, roots, log, signal } = follower;
  const before = root.keys.version;
  while (root.keys.version < newest) {
    const version = root.keys.version + 1;
    const refusal = await roots(version, signal).then(root.follow, notReached);
    if (refusal !== null) {
      log.warn('a root document was refused', { version, reason: refusal });
      break;
    }
    log.info('a root document is in force', { version });
  }
  await noteRoot(follower);
  return root.keys.version > before;
}

/** Goals are taken up all the same, by the root that is in force. */
function notReached(error: unknown): string {
  if (error instanceof GatewayError) return error.message;
  throw error;
}

/** Remembers whom this host trusts, where goals are judged. */
export async function noteRoot({ root, region, loop }: Pick<RootFollower, 'root' | 'region' | 'loop'>): Promise<void> {
  const seen = seenRoot(root.keys, region);
  if (isDeepStrictEqual(loop.state.root, seen)) return;
  await loop.dispatch({ type: 'rootSeen', root: seen, issuedAtMs: root.keys.issuedAtMs, atMs: Date.now() });
}

function seenRoot({ version, directors, revoked }: TrustedKeys, region: RegionName): SeenRoot {
  const director = directors.get(region);
  return { version, director: director === undefined ? null : keyId(director), revoked: [...revoked] };
}
