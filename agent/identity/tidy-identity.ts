import type { IdentityFiles, IdentityRole } from './identity-files.ts';

/**
 * An enrolment that was cut off after it had written its certificate left what it was to remove: the key that waited, and keys of
 * the enrolment before, which the region knows no more and which would be shown first at each start. Renewed keys have the token
 * of the one that they follow.
 */
export async function tidyIdentity(files: IdentityFiles): Promise<readonly IdentityRole[]> {
  const host = await files.read('host');
  if (host === null || host.certificate === null) return [];
  const removed: IdentityRole[] = [];
  for (const role of ['next', 'former', 'enrolling'] as const) {
    const held = await files.read(role);
    const isLeft = held !== null && (role === 'enrolling') === (held.token === host.token);
    if (!isLeft) continue;
    await files.remove(role);
    removed.push(role);
  }
  return removed;
}
