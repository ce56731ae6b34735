import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { profilesFile, readSettings } from './settings.ts';

let folder: string;
let environment: NodeJS.ProcessEnv;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'slipway-cli-'));
  environment = { XDG_CONFIG_HOME: folder };
});
afterEach(() => rmSync(folder, { recursive: true }));

function writeProfiles(content: unknown): void {
  const file = profilesFile(environment);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  writeFileSync(path.join(path.dirname(file), 'prod.token'), 'token-of-prod\n');
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
    'no token for http://127.0.0.1:8080: set SLIPWAY_TOKEN, or name a file with --token-file',
  );
  expect(readSettings({}, { ...environment, SLIPWAY_TOKEN: 't' }).api).toBe('http://127.0.0.1:8080');
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
