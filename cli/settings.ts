import { homedir } from 'node:os';
import path from 'node:path';
import { readProfiles, readToken, type Profile } from './profiles-file.ts';
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

/** A setting and the place that it comes from, in words: `--api`, `SLIPWAY_API`, `profile mo in …`, `default`. */
export interface Sourced<Value> {
  readonly value: Value;
  readonly source: string;
}

/** Every setting with its source, before anything is asked of it. */
export interface FoundSettings {
  readonly profile: Sourced<string> | null;
  readonly api: Sourced<string>;
  /** Where the token is: a file, or `null` for the environment itself. Nothing when there is none. */
  readonly token: Sourced<string | null> | null;
}

const projectRoot = path.resolve(import.meta.dirname, '..');

/** Of the embedded Slipway, unless its port was taken. */
const defaultApi = 'http://127.0.0.1:8080';

/** Written by `npm start` in this checkout: the people of the embedded Slipway, in the form of the profiles file. */
export const embeddedProfilesFile = path.join(projectRoot, '.slipway', 'run', 'profiles.json');

/** `slipway/profiles.json` in the folder for configuration (XDG Base Directory Specification). */
export function profilesFile(environment: NodeJS.ProcessEnv): string {
  const folder = environment.XDG_CONFIG_HOME || path.join(environment.HOME ?? homedir(), '.config');
  return path.join(folder, 'slipway', 'profiles.json');
}

/** @throws UsageError when something is not as it should be, or there is no token */
export function readSettings(
  flags: SettingFlags,
  environment: NodeJS.ProcessEnv,
  embeddedFile: string = embeddedProfilesFile,
): Settings {
  const { profile, api, token } = findSettings(flags, environment, embeddedFile);
  if (token === null) throw new UsageError(missingToken(api));
  const value = token.value === null ? environment.SLIPWAY_TOKEN! : readToken(token.value);
  return { profile: profile?.value ?? null, api: api.value, token: value };
}

/** The default address is a guess: the embedded Slipway says its own once it was started. */
const missingToken = ({ value, source }: Sourced<string>): string =>
  `no token for ${value}: ${source === 'default' ? 'start Slipway with npm start, or ' : ''}set SLIPWAY_TOKEN, or name a file with --token-file`;

/**
 * Each setting from the first place that has it: flag, environment (`SLIPWAY_API`, `SLIPWAY_TOKEN`, `SLIPWAY_PROFILE`),
 * profile, the embedded Slipway of this checkout, default. A token is never an argument, which every process of the
 * machine can read. A profile's token is not sent to an address that isn't the profile's. An empty variable counts as not
 * set. @throws UsageError
 */
export function findSettings(
  flags: SettingFlags,
  environment: NodeJS.ProcessEnv,
  embeddedFile: string = embeddedProfilesFile,
): FoundSettings {
  const named = given(flags.profile, '--profile') ?? given(environment.SLIPWAY_PROFILE || undefined, 'SLIPWAY_PROFILE');
  const address = given(flags.api, '--api') ?? given(environment.SLIPWAY_API || undefined, 'SLIPWAY_API');
  const found = address === null || named !== null ? findProfile(named, environment, embeddedFile) : null;
  const api = address ?? found?.api ?? { value: defaultApi, source: 'default' };
  const value = urlOf(api.value);
  const isProfiles = found !== null && urlOf(found.api.value) === value;
  return {
    profile: isProfiles ? found.name : null,
    api: { value, source: api.source },
    token:
      given(flags.tokenFile, '--token-file') ??
      (environment.SLIPWAY_TOKEN ? { value: null, source: 'SLIPWAY_TOKEN' } : null) ??
      (isProfiles ? found.tokenFile : null),
  };
}

const given = (value: string | undefined, source: string): Sourced<string> | null =>
  value === undefined ? null : { value, source };

interface FoundProfile {
  readonly name: Sourced<string>;
  readonly api: Sourced<string>;
  readonly tokenFile: Sourced<string>;
}

/** The named one, else the one to be used; first in the person's own file, then of the embedded Slipway. */
function findProfile(
  wanted: Sourced<string> | null,
  environment: NodeJS.ProcessEnv,
  embeddedFile: string,
): FoundProfile | null {
  const own = profilesFile(environment);
  for (const [file, place] of [
    [own, own],
    [embeddedFile, `the embedded Slipway, ${embeddedFile}`],
  ] as const) {
    const { use, profiles } = readProfiles(file);
    const name = wanted?.value ?? use;
    if (name === undefined) continue;
    const profile = Object.hasOwn(profiles, name) ? profiles[name] : undefined;
    if (profile !== undefined) return foundIn(place, wanted ?? { value: name, source: `use in ${place}` }, profile);
    if (wanted === null) throw new UsageError(`there is no profile ${JSON.stringify(name)} in ${file}`);
  }
  if (wanted === null) return null;
  throw new UsageError(`there is no profile ${JSON.stringify(wanted.value)} in ${own}, nor of an embedded Slipway`);
}

function foundIn(place: string, name: Sourced<string>, { api, tokenFile }: Profile): FoundProfile {
  const source = `profile ${name.value} in ${place}`;
  return { name, api: { value: api, source }, tokenFile: { value: tokenFile, source } };
}

function urlOf(text: string): string {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol))
    throw new UsageError(`the address of the api must be an http or https URL, not ${JSON.stringify(text)}`);
  return new URL(text).origin;
}
