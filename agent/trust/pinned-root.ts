import { readFile } from 'node:fs/promises';
import { envelopeSchema, type Envelope } from '../../protocol/dsse.ts';
import { verifyRoot, type TrustedKeys, type VerifiedRoot } from '../../protocol/root-document.ts';
import { couldNotLook, hasCode, replaceFile } from '../durable-files.ts';

export class RootError extends Error {
  override readonly name = 'RootError';
  readonly code = 'root';
}

/** None is whole, and one that is needed nobody could look at (no descriptors, no memory, EIO): it may be. */
export class UnreadRootError extends RootError {}

/** Whom this host trusts: the newest root document that it ever had. */
export interface PinnedRoot {
  readonly keys: TrustedKeys;
  /** Takes the version that follows, if the root keys of this one have signed it. @returns why not; null when it is in force */
  readonly follow: (envelope: Envelope) => Promise<string | null>;
}

type Root = Extract<VerifiedRoot, { readonly ok: true }> & { readonly envelope: Envelope };
type NoRoot = Extract<VerifiedRoot, { readonly ok: false }> & { readonly isUnread?: boolean };
type ReadRoot = Root | NoRoot | null;

export interface RootFiles {
  /** What the host was set up with, or was given since. */
  readonly offered: string;
  /** Where it is pinned: two copies, so that a damaged one is no reason to trust at first sight again. */
  readonly pinned: readonly string[];
  /** Only a host that remembers nothing may trust what it is offered. */
  readonly isNew: boolean;
}

/**
 * The first document is pinned; a later one must be signed by the root keys of the pinned one and not be older. What can't
 * be accepted leaves the pinned one in force, and is told through `onRefused`. @throws RootError when there is none to trust
 */
export async function openPinnedRoot(files: RootFiles, onRefused: (reason: string) => void): Promise<PinnedRoot> {
  let { keys } = await trustRoot(files, onRefused);
  return {
    get keys() {
      return keys;
    },
    follow: async (envelope) => {
      const next = verifyRoot(envelope, keys.root);
      if (!next.ok) return next.reason;
      if (next.keys.version !== keys.version + 1) return `root document is version ${next.keys.version}`;
      await pin(files.pinned, envelope);
      keys = next.keys;
      return null;
    },
  };
}

async function trustRoot(files: RootFiles, onRefused: (reason: string) => void): Promise<Root> {
  const pinned = await readPinned(files, onRefused);
  const offered = await readRoot(files.offered, pinned ?? undefined);
  const refusal = pinned === null ? null : whyRefused(offered, pinned);
  if (refusal !== null) onRefused(`${files.offered} ${refusal}; version ${pinned!.keys.version} stays in force`);
  const trusted = refusal === null ? accepted(offered, files.offered) : pinned!;
  await pin(files.pinned, trusted.envelope);
  return trusted;
}

/** Each copy is replaced as a whole, and on disk before the next is begun: at every moment one of them can be read. */
async function pin(copies: readonly string[], envelope: Envelope): Promise<void> {
  const content = JSON.stringify(envelope);
  for (const file of copies) if ((await contentOf(file)) !== content) await replaceFile(file, content);
}

/** Whom this host believes, by either copy. @throws RootError when neither can be read */
export async function readPinnedKeys(copies: readonly string[]): Promise<TrustedKeys> {
  const newest = await readPinned({ pinned: copies, isNew: false }, () => undefined);
  return newest!.keys;
}

/** The newer of the copies that are whole; null on a host that never had one. @throws RootError */
async function readPinned(
  { pinned, isNew }: Omit<RootFiles, 'offered'>,
  onRefused: (reason: string) => void,
): Promise<Root | null> {
  const whole: Root[] = [];
  const damaged: string[] = [];
  let isUnread = false;
  for (const file of pinned) {
    const root = await readRoot(file);
    if (root?.ok) whole.push(root);
    else if (root !== null) damaged.push(`${file} ${root.reason}`);
    if (root?.ok === false && root.isUnread === true) isUnread = true;
  }
  const newest = whole.toSorted((a, b) => b.keys.version - a.keys.version)[0];
  if (newest === undefined && isUnread) throw new UnreadRootError(damaged.join(', '));
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
  if (!offered.ok) throw new (offered.isUnread === true ? UnreadRootError : RootError)(`${file} ${offered.reason}`);
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
    if (error instanceof SyntaxError) return { ok: false, reason: 'is malformed' };
    return { ok: false, reason: `can't be read (${String(error)})`, isUnread: couldNotLook(error) };
  }
}

const contentOf = (file: string): Promise<string | null> => readFile(file, 'utf8').catch(() => null);
