import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findSettings, profilesFile, readSettings as readSettingsWith, type SettingFlags } from './settings.ts';

let folder: string;
let environment: NodeJS.ProcessEnv;
let embeddedFile: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'slipway-cli-'));
  environment = { XDG_CONFIG_HOME: folder };
  embeddedFile = path.join(folder, 'embedded', 'profiles.json');
});
afterEach(() => rmSync(folder, { recursive: true }));

function writeProfiles(content: unknown): void {
  const file = profilesFile(environment);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  writeFileSync(path.join(path.dirname(file), 'prod.token'), 'token-of-prod\n');
}

const readSettings = (flags: SettingFlags, env: NodeJS.ProcessEnv) => readSettingsWith(flags, env, embeddedFile);

/** As `npm start` writes it. */
function writeEmbedded(): void {
  mkdirSync(path.dirname(embeddedFile), { recursive: true });
  const profileOf = (name: string) => ({ api: 'http://127.0.0.1:8099', tokenFile: `${name}.token` });
  writeFileSync(embeddedFile, JSON.stringify({ use: 'mo', profiles: { mo: profileOf('mo'), ada: profileOf('ada') } }));
  for (const name of ['mo', 'ada']) writeFileSync(path.join(path.dirname(embeddedFile), `${name}.token`), `of-${name}`);
}

const prod = { use: 'prod', profiles: { prod: { api: 'https://slipway.acme.example/', tokenFile: 'prod.token' } } };

test('a profile says where, and whose token', () => {
  writeProfiles(prod);
  expect(readSettings({}, environment)).toEqual({
    profile: 'prod',
    api: 'https://slipway.acme.example',
    token: 'token-of-prod',
  });
});

test('a flag comes before the environment, which comes before the profile', () => {
  writeProfiles(prod);
  writeFileSync(path.join(folder, 'mine'), 'token-of-flag');
  const full = { ...environment, SLIPWAY_API: 'http://env.example', SLIPWAY_TOKEN: 'token-of-env' };
  expect(readSettings({}, full)).toMatchObject({ api: 'http://env.example', token: 'token-of-env', profile: null });
  const flags = { api: 'http://flag.example', tokenFile: path.join(folder, 'mine') };
  expect(readSettings(flags, full)).toMatchObject({ api: 'http://flag.example', token: 'token-of-flag' });
});

test("a profile's token goes to nobody but the profile's api", () => {
  writeProfiles(prod);
  expect(() => readSettings({ api: 'http://other.example', profile: 'prod' }, environment)).toThrow(/no token for/);
});

test('without any setting the embedded Slipway is meant, and a token is asked for', () => {
  expect(() => readSettings({}, environment)).toThrow(
    'no token for http://127.0.0.1:8080: start Slipway with npm start, or set SLIPWAY_TOKEN, or name a file with --token-file',
  );
  expect(readSettings({}, { ...environment, SLIPWAY_TOKEN: 't' }).api).toBe('http://127.0.0.1:8080');
});

test('an empty variable counts as not set', () => {
  writeProfiles(prod);
  const empty = { ...environment, SLIPWAY_API: '', SLIPWAY_PROFILE: '', SLIPWAY_TOKEN: '' };
  expect(readSettings({}, empty)).toEqual(readSettings({}, environment));
  expect(findSettings({}, empty, embeddedFile).api.source).toMatch(/^profile prod in /);
});

test.each([
  ['a profile that is not there', prod, { profile: 'test' }, /there is no profile "test" in/],
  ['a profile named like a method', prod, { profile: 'toString' }, /there is no profile/],
  ['a file that is no JSON', '{', {}, /profiles\.json can't be used/],
  [
    'a profile without a token file',
    { profiles: { prod: { api: 'http://a' } } },
    {},
    /prod must have api and tokenFile/,
  ],
  ['a file that is a list', [], {}, /the file must be an object/],
  [
    'a token in the profiles file',
    { profiles: { prod: { api: 'http://a', token: 't' } } },
    {},
    /prod holds "token", which is not known/,
  ],
  ['an address that is none', prod, { api: 'slipway' }, /must be an http or https URL/],
  ['a token file that is not there', prod, { tokenFile: '/nowhere/token' }, /there is no token file/],
])('refused: %s', (_, profiles, flags, message) => {
  writeProfiles(profiles);
  expect(() => readSettings(flags, environment)).toThrow(message);
});

test('a token file that holds more than a token is refused, and its content not shown', () => {
  writeFileSync(path.join(folder, 'token'), 'one\ntwo');
  expect(() => readSettings({ tokenFile: path.join(folder, 'token') }, environment)).toThrow(
    /does not hold one token$/,
  );
});

test('where nothing else says, the embedded Slipway of this checkout is used, as its usual person or another', () => {
  writeEmbedded();
  expect(readSettings({}, environment)).toEqual({ profile: 'mo', api: 'http://127.0.0.1:8099', token: 'of-mo' });
  expect(readSettings({ profile: 'ada' }, environment)).toMatchObject({ profile: 'ada', token: 'of-ada' });
  expect(readSettings({}, { ...environment, SLIPWAY_PROFILE: 'ada' }).token).toBe('of-ada');
});

test("a person's own profile comes before the embedded Slipway, and so does the environment", () => {
  writeEmbedded();
  writeProfiles(prod);
  expect(readSettings({}, environment).profile).toBe('prod');
  const own = { ...environment, SLIPWAY_API: 'http://env.example', SLIPWAY_TOKEN: 't' };
  expect(readSettings({}, own)).toEqual({ profile: null, api: 'http://env.example', token: 't' });
});

test("the embedded Slipway's tokens go nowhere else", () => {
  writeEmbedded();
  expect(() => readSettings({ api: 'http://other.example' }, environment)).toThrow(/no token for http:\/\/other/);
});

test('each setting knows where it comes from, and the token is not among what is shown', () => {
  writeEmbedded();
  const found = findSettings({ profile: 'ada' }, environment, embeddedFile);
  const place = `profile ada in the embedded Slipway, ${embeddedFile}`;
  expect(found).toEqual({
    profile: { value: 'ada', source: '--profile' },
    api: { value: 'http://127.0.0.1:8099', source: place },
    token: { value: path.join(folder, 'embedded', 'ada.token'), source: place },
  });
  const fromEnvironment = findSettings({}, { ...environment, SLIPWAY_TOKEN: 'secret' }, embeddedFile);
  expect(fromEnvironment.token).toEqual({ value: null, source: 'SLIPWAY_TOKEN' });
  expect(JSON.stringify(fromEnvironment)).not.toContain('secret');
});
