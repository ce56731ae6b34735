import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { regionName } from '../../../domain/names.ts';
import { createTrust } from '../../../infra/keys/create-trust.ts';
import { dataDirectory, type DataDirectory } from '../../../infra/local/data-directory.ts';
import { readOrMakeSecrets, readOrMakeToken } from '../../../infra/local/stack-secrets.ts';
import { noSecrets, secretsOf } from './no-secrets.ts';

let data: DataDirectory;
beforeEach(async () => {
  data = dataDirectory(mkdtempSync(path.join(tmpdir(), 'slipway-secrets-')));
  const folders = [data.logs, path.join(data.root, 'traces'), path.dirname(data.temporalFile), data.centralStore];
  for (const folder of [...folders, data.agent('eu-west-1')]) mkdirSync(folder, { recursive: true });
  readOrMakeSecrets(data.secrets);
  readOrMakeToken(path.join(data.root, 'run', 'token-ada'));
  await createTrust(data.keys, [regionName('eu-west')], new Date());
});
afterEach(() => rmSync(data.root, { recursive: true }));

test('promise 12: a secret is found in a log, a trace, a history, a build output and the audit', () => {
  const secrets = secretsOf(data);
  expect(secrets.map(({ name }) => name).toSorted()).toEqual([
    'api/approval.pem',
    'control/admission.pem',
    'control/build.pem',
    'region/eu-west/director.pem',
    'root-key.pem',
    'the password of Postgres',
    'token-ada',
  ]);
  expect(noSecrets(data, 'nothing')).toEqual([]);
  const files = [
    path.join(data.logs, 'api.log'),
    path.join(data.root, 'traces', 'api.ndjson'),
    data.temporalFile,
    path.join(data.centralStore, 'build-log'),
    path.join(data.agent('eu-west-1'), 'stdout'),
  ];
  for (const { name, text } of secrets) {
    for (const file of files) writeFileSync(file, Buffer.concat([Buffer.from([0, 255]), Buffer.from(`said ${text}.`)]));
    expect(noSecrets(data, text)).toEqual(
      expect.arrayContaining([...files, 'the audit'].map((place) => `${place} shows ${name}`)),
    );
  }
});
