import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Made at the first start and kept: the databases and hosts know them. */
export interface StackSecrets {
  readonly postgresPassword: string;
  readonly webhookSecret: string;
}

export function readOrMakeSecrets(file: string): StackSecrets {
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as StackSecrets;
  const made: StackSecrets = { postgresPassword: randomText(), webhookSecret: randomText() };
  writeSecret(file, JSON.stringify(made));
  return made;
}

/** A secret as a file of its own, which a program is pointed at: environments and argument lists are public. */
export function writeSecret(file: string, text: string): string {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(`${file}.tmp`, text, { mode: 0o600 });
  chmodSync(`${file}.tmp`, 0o600);
  renameSync(`${file}.tmp`, file);
  return file;
}

/** A token in a file of its own, made if it isn't there. */
export function readOrMakeToken(file: string): string {
  if (!existsSync(file)) writeSecret(file, randomText());
  return readFileSync(file, 'utf8').trim();
}

const randomText = (): string => randomBytes(24).toString('base64url');
