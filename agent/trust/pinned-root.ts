import { readFile } from 'node:fs/promises';
import { envelopeSchema, type Envelope } from '../../protocol/dsse.ts';
import { verifyRoot, type VerifiedRoot } from '../../protocol/root-document.ts';
import { hasCode, replaceFile } from '../durable-files.ts';

export class RootError extends Error {
  override readonly name = 'RootError';
  readonly code = 'root';
}

type Root = Extract<VerifiedRoot, { readonly ok: true }> & { readonly envelope: Envelope };
type ReadRoot = Root | Extract<VerifiedRoot, { readonly ok: false }> | null;

export interface RootFiles {
  /** What the host was set up with, or was given since. */
  readonly offered: string;
  /** Where it is pinned: two copies, so that a damaged one is no reason to trust at first sight again. */
  readonly pinned: readonly string[];
  /** Only a host that remembers nothing may trust what it is offered. */
  readonly isNew: boolean;
}

/**
 * The root document that this host trusts: the newest it ever had. The first one is pinned; a later one must be signed by
 * the pinned root key and not be older. What can't be accepted leaves the pinned one in force, and is told through
 * `onRefused`. @throws RootError when there is none to trust.
 */
export async function trustRoot(files: RootFiles, onRefused: (reason: string) => void): Promise<Root['keys']> {
  const pinned = await readPinned(files, onRefused);
  const offered = await readRoot(files.offered, pinned ?? undefined);
  const refusal = pinned === null ? null : whyRefused(offered, pinned);
  if (refusal !== null) onRefused(`${files.offered} ${refusal}; version ${pinned!.keys.version} stays in force`);
  const trusted = refusal === null ? accepted(offered, files.offered) : pinned!;
  const content = JSON.stringify(trusted.envelope);
  for (const file of files.pinned) if ((await contentOf(file)) !== content) await replaceFile(file, content);
  return trusted.keys;
}

/** The newer of the copies that are whole; null on a host that never had one. @throws RootError */
async function readPinned({ pinned, isNew }: RootFiles, onRefused: (reason: string) => void): Promise<Root | null> {
  const whole: Root[] = [];
  const damaged: string[] = [];
  for (const file of pinned) {
    const root = await readRoot(file);
    if (root?.ok) whole.push(root);
    else if (root !== null) damaged.push(`${file} ${root.reason}`);
  }
  const newest = whole.toSorted((a, b) => b.keys.version - a.keys.version)[0];
  if (newest === undefined && (damaged.length > 0 || !isNew)) {
    const why = damaged.length > 0 ? damaged.join(', ') : `none of ${pinned.join(' and ')} is there`;
    throw new RootError(`${why}: put back the root document that this host had, by hand`);
  }
  damaged.forEach(onRefused);
  return newest ?? null;
}

function whyRefused(offered: ReadRoot, pinned: Root): string | null {
  if (offered === null) return 'is not there';
  if (!offered.ok) return offered.reason;
  return offered.keys.version < pinned.keys.version ? `is version ${offered.keys.version}` : null;
}

function accepted(offered: ReadRoot, file: string): Root {
  if (offered === null) throw new RootError(`${file} is not there: a host can trust nobody without it`);
  if (!offered.ok) throw new RootError(`${file} ${offered.reason}`);
  return offered;
}

async function readRoot(file: string, pinned?: Root): Promise<ReadRoot> {
  try {
    const envelope = envelopeSchema.safeParse(JSON.parse(await readFile(file, 'utf8')));
    if (!envelope.success) return { ok: false, reason: 'is malformed' };
    const verified = verifyRoot(envelope.data, pinned?.keys.root);
    return verified.ok ? { ...verified, envelope: envelope.data } : verified;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    return { ok: false, reason: error instanceof SyntaxError ? 'is malformed' : `can't be read (${String(error)})` };
  }
}

const contentOf = (file: string): Promise<string | null> => readFile(file, 'utf8').catch(() => null);
