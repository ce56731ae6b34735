import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { UsageError } from './usage-error.ts';

/** Where the command acts, and as whom. */
export interface Settings {
  /** `null` when an address was given, and no profile. */
  readonly profile: string | null;
  readonly api: string;
  readonly token: string;
}

export interface SettingFlags {
  readonly api?: string | undefined;
  readonly tokenFile?: string | undefined;
  readonly profile?: string | undefined;
}

/** A place where the command may act. The token stands in a file of its own, which need not be shared with the rest. */
interface Profile {
  readonly api: string;
  /** Below the folder of the profiles, unless it is absolute. */
  readonly tokenFile: string;
}

interface Profiles {
  /** Used when none is named. */
  readonly use: string | undefined;
  readonly profiles: Readonly<Record<string, Profile>>;
}

/** Of the embedded Slipway. */
const defaultApi = 'http://127.0.0.1:8080';

/**
 * Each setting from the first place that has it: flag, environment (`SLIPWAY_API`, `SLIPWAY_TOKEN`, `SLIPWAY_PROFILE`),
 * profile, default. A token is never an argument, which every process of the machine can read. A profile's token is not
 * sent to an address that isn't the profile's. @throws UsageError
 */
export function readSettings(flags: SettingFlags, environment: NodeJS.ProcessEnv): Settings {
  const name = flags.profile ?? environment.SLIPWAY_PROFILE;
  const given = flags.api ?? environment.SLIPWAY_API;
  const found = given === undefined || name !== undefined ? findProfile(name, environment) : null;
  const api = urlOf(given ?? found?.profile.api ?? defaultApi);
  const isProfiles = found !== null && urlOf(found.profile.api) === api;
  const tokenFile = flags.tokenFile ?? (environment.SLIPWAY_TOKEN || !isProfiles ? undefined : found.profile.tokenFile);
  const token = tokenFile === undefined ? environment.SLIPWAY_TOKEN : readToken(tokenFile);
  if (!token) throw new UsageError(`no token for ${api}: set SLIPWAY_TOKEN, or name a file with --token-file`);
  return { profile: isProfiles ? found.name : null, api, token };
}

/** `slipway/profiles.json` in the folder for configuration (XDG Base Directory Specification). */
export function profilesFile(environment: NodeJS.ProcessEnv): string {
  const folder = environment.XDG_CONFIG_HOME || path.join(environment.HOME ?? homedir(), '.config');
  return path.join(folder, 'slipway', 'profiles.json');
}

function findProfile(
  wanted: string | undefined,
  environment: NodeJS.ProcessEnv,
): { readonly name: string; readonly profile: Profile } | null {
  const file = profilesFile(environment);
  const text = readIfThere(file);
  const { use, profiles }: Profiles = text === null ? { use: undefined, profiles: {} } : parseProfiles(file, text);
  const name = wanted ?? use;
  if (name === undefined) return null;
  const profile = Object.hasOwn(profiles, name) ? profiles[name] : undefined;
  if (profile === undefined) throw new UsageError(`there is no profile ${JSON.stringify(name)} in ${file}`);
  return { name, profile: { ...profile, tokenFile: path.resolve(path.dirname(file), profile.tokenFile) } };
}

/** @throws UsageError that names the first part that is not as it should be */
function parseProfiles(file: string, text: string): Profiles {
  try {
    const { use, profiles, ...more } = fieldsOf(JSON.parse(text), 'the file');
    refuseMore(more, 'the file');
    if (use !== undefined && typeof use !== 'string') throw new Error('use must be the name of a profile');
    const parsed = Object.entries(fieldsOf(profiles, 'profiles')).map(([name, profile]) => [
      name,
      profileOf(profile, name),
    ]);
    return { use, profiles: Object.fromEntries(parsed) as Profiles['profiles'] };
  } catch (error) {
    throw new UsageError(`${file} can't be used: ${(error as Error).message}`);
  }
}

function profileOf(given: unknown, name: string): Profile {
  const { api, tokenFile, ...more } = fieldsOf(given, name);
  refuseMore(more, name);
  if (typeof api !== 'string' || typeof tokenFile !== 'string') throw new Error(`${name} must have api and tokenFile`);
  return { api, tokenFile };
}

function fieldsOf(given: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) throw new Error(`${what} must be an object`);
  return given as Readonly<Record<string, unknown>>;
}

function refuseMore(more: object, what: string): void {
  const [name] = Object.keys(more);
  if (name !== undefined) throw new Error(`${what} holds ${JSON.stringify(name)}, which is not known`);
}

function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new UsageError(`${file} can't be read: ${(error as Error).message}`);
  }
}

function readToken(file: string): string {
  const token = readIfThere(file)?.trim();
  if (token === undefined) throw new UsageError(`there is no token file ${file}`);
  if (!/^[\x21-\x7e]{1,500}$/.test(token)) throw new UsageError(`${file} does not hold one token`);
  return token;
}

function urlOf(text: string): string {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol))
    throw new UsageError(`the address of the api must be an http or https URL, not ${JSON.stringify(text)}`);
  return new URL(text).origin;
}
