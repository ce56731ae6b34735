import path from 'node:path';
import { envelopeSchema, type Envelope } from '../../protocol/dsse.ts';
import { verifyRoot, type TrustedKeys, type RootDocument } from '../../protocol/root-document.ts';
import { KeyFileError } from './read-keys.ts';
import { readTextIfThere, writeWhole } from './write-whole.ts';

export interface KnownRoot {
  readonly envelope: Envelope;
  readonly document: RootDocument;
  readonly keys: TrustedKeys;
}

/** Where each version is kept, since hosts that were away walk from the one that they trust to the newest. */
const versionFile = (rootFile: string, version: number): string =>
  path.join(path.dirname(rootFile), 'roots', `${version}.json`);

/** The root document in force; null when there is none yet. @throws KeyFileError */
export async function readRoot(rootFile: string): Promise<KnownRoot | null> {
  const text = await readTextIfThere(rootFile);
  if (text === null) return null;
  try {
    const envelope = envelopeSchema.parse(JSON.parse(text));
    const root = verifyRoot(envelope);
    if (root.ok) return { envelope, document: root.document, keys: root.keys };
  } catch {
    // Said below: the same to whoever has to act.
  }
  throw new KeyFileError(`${rootFile} is no valid root document: restore it, or start with an empty keys folder`);
}

/**
 * Puts a root document in force: kept as its version first, then as `root.json`. The one that was in force is kept too, if
 * nobody has. @throws KeyFileError when it does not follow the one in force
 */
export async function publishRoot(rootFile: string, envelope: Envelope): Promise<RootDocument> {
  const known = await readRoot(rootFile);
  const root = verifyRoot(envelope, known?.keys.root);
  if (!root.ok) throw new KeyFileError(root.reason);
  const { version } = root.document;
  if (known !== null && version !== known.document.version + 1)
    throw new KeyFileError(`version ${version} does not follow version ${known.document.version}, which is in force`);
  if (known !== null) await keepVersion(rootFile, known.document.version, known.envelope);
  await keepVersion(rootFile, version, envelope);
  await writeWhole(rootFile, textOf(envelope), 0o644);
  return root.document;
}

async function keepVersion(rootFile: string, version: number, envelope: Envelope): Promise<void> {
  await writeWhole(versionFile(rootFile, version), textOf(envelope), 0o644);
}

/** One version, for hosts that follow; null when it isn't kept. */
export async function readRootVersion(rootFile: string, version: number): Promise<Envelope | null> {
  const text = await readTextIfThere(versionFile(rootFile, version));
  return text === null ? null : envelopeSchema.parse(JSON.parse(text));
}

const textOf = (envelope: Envelope): string => `${JSON.stringify(envelope)}\n`;
