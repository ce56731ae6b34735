import type { BuildLogs } from '../../api/control/reads/build-logs.ts';
import type { BlobStore } from '../../activities/blob-store.ts';

/** Logs as the build worker left them in the central store. */
export const storedBuildLogs = (store: Pick<BlobStore, 'open'>): BuildLogs => ({
  async read({ digest, sizeBytes }, maxBytes) {
    const start = Math.max(0, sizeBytes - maxBytes);
    const blob = sizeBytes === 0 ? null : await store.open(digest, { start });
    if (blob === null) return sizeBytes === 0 ? '' : null;
    const pieces: Buffer[] = [];
    for await (const piece of blob.stream) pieces.push(piece as Buffer);
    return wholeCharacters(Buffer.concat(pieces), start > 0);
  },
});

/** A cut may have left the end of a character at the beginning: bytes that begin none are dropped. */
function wholeCharacters(bytes: Buffer, isCut: boolean): string {
  const first = isCut ? bytes.findIndex((byte) => (byte & 0b1100_0000) !== 0b1000_0000) : 0;
  return bytes.subarray(Math.max(0, first)).toString('utf8');
}

/** For an api that can't reach the store. */
export const noBuildLogs: BuildLogs = { read: () => Promise.resolve(null) };
