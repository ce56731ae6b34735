import { readFile } from 'node:fs/promises';
import { envelopeSchema } from '../../protocol/dsse.ts';
import { verifyRoot, type TrustedKeys } from '../../protocol/root-document.ts';
import { CommandError, exitCodes } from './command-error.ts';
import type { Surroundings } from './surroundings.ts';

/** Whom this host believes, by the root document that it has pinned. @throws CommandError */
export async function pinnedKeys({ directory }: Surroundings): Promise<TrustedKeys> {
  const fault = (reason: string): CommandError =>
    new CommandError('root', `${directory.pinnedRoot} ${reason}: no signature can be checked`, exitCodes.fault);
  const text = await readFile(directory.pinnedRoot, 'utf8').catch((error: Error) => {
    throw fault(`can't be read (${error.message})`);
  });
  const verified = verifyText(text);
  if (!verified.ok) throw fault(verified.reason);
  return verified.keys;
}

function verifyText(text: string): ReturnType<typeof verifyRoot> {
  try {
    return verifyRoot(envelopeSchema.parse(JSON.parse(text)));
  } catch {
    return { ok: false, reason: 'is malformed' };
  }
}
