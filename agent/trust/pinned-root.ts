import { readFile } from 'node:fs/promises';
import { envelopeSchema } from '../../protocol/dsse.ts';
import { verifyRoot, type VerifiedRoot } from '../../protocol/root-document.ts';
import { hasCode, replaceFile } from '../durable-files.ts';

export class RootError extends Error {
  override readonly name = 'RootError';
  readonly code = 'root';
}

type Root = Extract<VerifiedRoot, { readonly ok: true }>;

/**
 * The root document that this host trusts: the newest it ever had. The first one is pinned; a later one must be signed by
 * the pinned root key and not be older. What can't be accepted leaves the pinned one in force, and is told through
 * `onRefused`. @throws RootError when there is none to trust.
 */
export async function trustRoot(
  offeredFile: string,
  pinnedFile: string,
  onRefused: (reason: string) => void,
): Promise<Root['keys']> {
  const pinned = await readRoot(pinnedFile);
  if (pinned !== null && !pinned.ok) throw new RootError(`${pinnedFile} ${pinned.reason}`);
  const offered = await readRoot(offeredFile, pinned ?? undefined);
  if (pinned === null) return pin(offered, offeredFile, pinnedFile);
  const refusal = whyRefused(offered, pinned);
  if (refusal !== null) onRefused(`${offeredFile} ${refusal}; version ${pinned.keys.version} stays in force`);
  return refusal === null ? pin(offered, offeredFile, pinnedFile) : pinned.keys;
}

function whyRefused(offered: VerifiedRoot | null, pinned: Root): string | null {
  if (offered === null) return 'is not there';
  if (!offered.ok) return offered.reason;
  return offered.keys.version < pinned.keys.version ? `is version ${offered.keys.version}` : null;
}

async function pin(offered: VerifiedRoot | null, offeredFile: string, pinnedFile: string): Promise<Root['keys']> {
  if (offered === null) throw new RootError(`${offeredFile} is not there: a host can trust nobody without it`);
  if (!offered.ok) throw new RootError(`${offeredFile} ${offered.reason}`);
  await replaceFile(pinnedFile, await readFile(offeredFile));
  return offered.keys;
}

async function readRoot(file: string, pinned?: Root): Promise<VerifiedRoot | null> {
  try {
    const envelope = envelopeSchema.safeParse(JSON.parse(await readFile(file, 'utf8')));
    return envelope.success ? verifyRoot(envelope.data, pinned?.keys.root) : { ok: false, reason: 'is malformed' };
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    return { ok: false, reason: error instanceof SyntaxError ? 'is malformed' : `can't be read (${String(error)})` };
  }
}
