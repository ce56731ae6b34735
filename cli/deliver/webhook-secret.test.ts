import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readWebhookSecret, webhookSecretFile } from './webhook-secret.ts';

let folder: string;
let embeddedFile: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'slipway-secret-'));
  embeddedFile = path.join(folder, 'profiles.json');
});
afterEach(() => rmSync(folder, { recursive: true }));

const embeddedAt = (api: string): void =>
  writeFileSync(embeddedFile, JSON.stringify({ use: 'mo', profiles: { mo: { api, tokenFile: 'token-mo' } } }));
const of = (api: string, environment: NodeJS.ProcessEnv = {}) => webhookSecretFile(api, environment, embeddedFile);

test('the embedded Slipway keeps the secret beside its profiles, and no other api is given it', () => {
  embeddedAt('http://127.0.0.1:8099/');
  expect(of('http://127.0.0.1:8099')).toBe(path.join(folder, 'webhook-secret'));
  expect(of('https://slipway.acme.example')).toBeNull();
});

test('where npm start never ran, the code review sends its pushes itself', () => {
  expect(of('http://127.0.0.1:8080')).toBeNull();
});

test('a file that is named comes first; an empty variable counts as not set', () => {
  embeddedAt('http://127.0.0.1:8099');
  const named = { SLIPWAY_WEBHOOK_SECRET_FILE: '/run/secret' };
  expect([of('http://127.0.0.1:8099', named), of('http://other', named)]).toEqual(['/run/secret', '/run/secret']);
  expect(of('http://other', { SLIPWAY_WEBHOOK_SECRET_FILE: '' })).toBeNull();
});

test('the secret is read without the space around it; a file that holds none, or is not there, is refused', () => {
  const file = path.join(folder, 'secret');
  const read = (): string => readWebhookSecret('http://other', { SLIPWAY_WEBHOOK_SECRET_FILE: file });
  expect(read).toThrow(/can't be read: ENOENT/);
  writeFileSync(file, '\n');
  expect(read).toThrow(/is empty/);
  writeFileSync(file, 's3cret\n');
  expect(read()).toBe('s3cret');
});
