import { readFileSync } from 'node:fs';
import path from 'node:path';
import { UsageError } from './usage-error.ts';

/** A place where the command may act. The token stands in a file of its own, which need not be shared with the rest. */
export interface Profile {
  readonly api: string;
  /** Below the folder of the profiles, unless it is absolute. */
  readonly tokenFile: string;
}

export interface Profiles {
  /** Used when none is named. */
  readonly use: string | undefined;
  readonly profiles: Readonly<Record<string, Profile>>;
}

/** `{"use":"mo","profiles":{"mo":{"api":"…","tokenFile":"…"}}}`; without the file, nothing. @throws UsageError */
export function readProfiles(file: string): Profiles {
  const text = readIfThere(file);
  return text === null ? { use: undefined, profiles: {} } : parseProfiles(file, text);
}

/** @throws UsageError that names the first part that is not as it should be */
function parseProfiles(file: string, text: string): Profiles {
  try {
    const { use, profiles, ...more } = fieldsOf(JSON.parse(text), 'the file');
    refuseMore(more, 'the file');
    if (use !== undefined && typeof use !== 'string') throw new Error('use must be the name of a profile');
    const parsed = Object.entries(fieldsOf(profiles, 'profiles')).map(([name, profile]) => [
      name,
      profileOf(profile, name, path.dirname(file)),
    ]);
    return { use, profiles: Object.fromEntries(parsed) as Profiles['profiles'] };
  } catch (error) {
    throw new UsageError(`${file} can't be used: ${(error as Error).message}`);
  }
}

function profileOf(given: unknown, name: string, folder: string): Profile {
  const { api, tokenFile, ...more } = fieldsOf(given, name);
  refuseMore(more, name);
  if (typeof api !== 'string' || typeof tokenFile !== 'string') throw new Error(`${name} must have api and tokenFile`);
  return { api, tokenFile: path.resolve(folder, tokenFile) };
}

function fieldsOf(given: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) throw new Error(`${what} must be an object`);
  return given as Readonly<Record<string, unknown>>;
}

function refuseMore(more: object, what: string): void {
  const [name] = Object.keys(more);
  if (name !== undefined) throw new Error(`${what} holds ${JSON.stringify(name)}, which is not known`);
}

/** @throws UsageError when it is not one token */
export function readToken(file: string): string {
  const token = readIfThere(file)?.trim();
  if (token === undefined) throw new UsageError(`there is no token file ${file}`);
  if (!/^[\x21-\x7e]{1,500}$/.test(token)) throw new UsageError(`${file} does not hold one token`);
  return token;
}

function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new UsageError(`${file} can't be read: ${(error as Error).message}`);
  }
}
