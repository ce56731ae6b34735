import { readFile } from 'node:fs/promises';
import { envelopeSchema, type Envelope } from '../../protocol/dsse.ts';
import { verifyRoot, type RootKeys, type TrustedKeys, type VerifiedRoot } from '../../protocol/root-document.ts';
import { hasCode, replaceFile } from '../durable-files.ts';

export class RootError extends Error {
  override readonly name = 'RootError';
  readonly code = 'root';
}

/** Whom this host trusts: the newest root document that it ever had. */
export interface PinnedRoot {
  readonly keys: TrustedKeys;
  /** Takes the version that follows, if the root keys of this one have signed it. @returns why not; null when it is in force */
  readonly follow: (envelope: Envelope) => Promise<string | null>;
}

/**
 * The first document is pinned; a later one must be signed by the root keys of the pinned one and not be older. What can't
 * be accepted leaves the pinned one in force, and is told through `onRefused`. @throws RootError when there is none to trust
 */
export async function openPinnedRoot(
  offeredFile: string,
  pinnedFile: string,
  onRefused: (reason: string) => void,
): Promise<PinnedRoot> {
  let keys = await trustRoot(offeredFile, pinnedFile, onRefused);
  return {
    get keys() {
      return keys;
    },
    follow: async (envelope) => {
      const next = verifyRoot(envelope, keys.root);
      if (!next.ok) return next.reason;
      if (next.keys.version !== keys.version + 1) return `root document is version ${next.keys.version}`;
      await replaceFile(pinnedFile, JSON.stringify(envelope));
      keys = next.keys;
      return null;
    },
  };
}

async function trustRoot(
  offeredFile: string,
  pinnedFile: string,
  onRefused: (reason: string) => void,
): Promise<TrustedKeys> {
  const pinned = await readRoot(pinnedFile);
  if (pinned !== null && !pinned.ok) throw new RootError(`${pinnedFile} ${pinned.reason}`);
  const offered = await readRoot(offeredFile, pinned?.keys.root);
  if (pinned === null) return pin(offered, offeredFile, pinnedFile);
  const refusal = whyRefused(offered, pinned.keys);
  if (refusal !== null) onRefused(`${offeredFile} ${refusal}; version ${pinned.keys.version} stays in force`);
  return refusal === null ? pin(offered, offeredFile, pinnedFile) : pinned.keys;
}

function whyRefused(offered: VerifiedRoot | null, pinned: TrustedKeys): string | null {
  if (offered === null) return 'is not there';
  if (!offered.ok) return offered.reason;
  return offered.keys.version < pinned.version ? `is version ${offered.keys.version}` : null;
}

async function pin(offered: VerifiedRoot | null, offeredFile: string, pinnedFile: string): Promise<TrustedKeys> {
  if (offered === null) throw new RootError(`${offeredFile} is not there: a host can trust nobody without it`);
  if (!offered.ok) throw new RootError(`${offeredFile} ${offered.reason}`);
  await replaceFile(pinnedFile, await readFile(offeredFile));
  return offered.keys;
}

/** Who is trusted, for whoever only looks. @throws RootError when that is not readable */
export async function readPinnedRoot(pinnedFile: string): Promise<TrustedKeys> {
  const pinned = await readRoot(pinnedFile);
  if (pinned?.ok) return pinned.keys;
  throw new RootError(`${pinnedFile} ${pinned?.reason ?? 'is not there'}`);
}

async function readRoot(file: string, trusted?: RootKeys): Promise<VerifiedRoot | null> {
  try {
    const envelope = envelopeSchema.safeParse(JSON.parse(await readFile(file, 'utf8')));
    return envelope.success ? verifyRoot(envelope.data, trusted) : { ok: false, reason: 'is malformed' };
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    return { ok: false, reason: error instanceof SyntaxError ? 'is malformed' : `can't be read (${String(error)})` };
  }
}
