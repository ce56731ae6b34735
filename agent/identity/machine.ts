import { readFileSync } from 'node:fs';
import type { Digest } from '../../domain/names.ts';
import { machineDigest } from '../../protocol/host-identity.ts';

/** Digest of the machine's id (machine-id(5)); null where there is none, as in many containers. */
export function readMachine(file: string): Digest | null {
  try {
    const id = readFileSync(file, 'utf8').trim();
    return /^[0-9a-f-]{32,36}$/.test(id) ? machineDigest(id) : null;
  } catch {
    return null;
  }
}
