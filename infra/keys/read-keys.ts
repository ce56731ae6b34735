import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { envelopeSchema } from '../../protocol/dsse.ts';
import { verifyRoot, type TrustedKeys } from '../../protocol/root-document.ts';

/** A key file can't be used; the message names the file and what it should hold, never its content. */
export class KeyFileError extends Error {
  override readonly name = 'KeyFileError';
  readonly code = 'key-file';
}

/** An Ed25519 private key in PEM. @throws KeyFileError */
export const readPrivateKey = (file: string): Promise<KeyObject> => readKey(file, 'private', createPrivateKey);

/** An Ed25519 public key in PEM. @throws KeyFileError */
export const readPublicKey = (file: string): Promise<KeyObject> => readKey(file, 'public', createPublicKey);

/** Keys out of a root document's file, for programs that were set up with it. @throws KeyFileError */
export async function readTrustedKeys(file: string): Promise<TrustedKeys> {
  const envelope = envelopeSchema.safeParse(parseJson(await readText(file)));
  if (!envelope.success) throw new KeyFileError(`${file} holds no signed root document`);
  const root = verifyRoot(envelope.data);
  if (!root.ok) throw new KeyFileError(`${file}: ${root.reason}`);
  return root.keys;
}

async function readKey(
  file: string,
  kind: 'private' | 'public',
  parse: (pem: string) => KeyObject,
): Promise<KeyObject> {
  const pem = await readText(file);
  let key: KeyObject;
  try {
    key = parse(pem);
  } catch {
    throw new KeyFileError(`${file} holds no ${kind} key in PEM`);
  }
  if (key.asymmetricKeyType !== 'ed25519') throw new KeyFileError(`${file} holds a key that is not Ed25519`);
  return key;
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new KeyFileError(`cannot read ${file}: ${(error as NodeJS.ErrnoException).code ?? 'unknown'}`);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
