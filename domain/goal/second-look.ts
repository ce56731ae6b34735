import type { HostId } from '../names.ts';
import type { Verdict } from './region-view.ts';

/** How often instances are asked unless the spec says otherwise: by then each has been asked once more. */
export const secondLookMs = 2_000;

/**
 * Whether it is too early to blame the release: hosts that were well on it have failed just now, and each host finds out on its
 * own what befalls all of them. So the others are heard once more first. A release that was never well somewhere waits for
 * nothing there: whatever was wrong already when it started, the others have noticed before it gave up.
 *
 * @param wellBefore hosts that were seen healthy on the release
 * @param sinceMs since the first verdict against it
 */
export function wantsSecondLook(
  { verdict, group, failed, lost }: Verdict,
  wellBefore: ReadonlySet<HostId>,
  sinceMs: number,
): boolean {
  if (verdict !== 'stop' || group === undefined || group.hosts === 0 || sinceMs >= secondLookMs) return false;
  // Too many are unhealthy already: it was told by those that went back.
  if (group.unhealthy > group.allowed) return false;
  return [...failed, ...lost].some((host) => wellBefore.has(host));
}
