import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openAgentDirectory } from '../../../agent/agent-directory.ts';
import { openIdentityFiles } from '../../../agent/identity/identity-files.ts';
import { hostId, regionName } from '../../../domain/names.ts';
import { createTrust } from '../../../infra/keys/create-trust.ts';
import { dataDirectory, type DataDirectory } from '../../../infra/local/data-directory.ts';
import { readOrMakeSecrets, readOrMakeToken } from '../../../infra/local/stack-secrets.ts';
import { plantSecrets } from '../run/secret-sample.ts';
import { noSecrets, secretsOf } from './no-secrets.ts';

let data: DataDirectory;
beforeEach(async () => {
  data = dataDirectory(mkdtempSync(path.join(tmpdir(), 'slipway-secrets-')));
  const folders = [data.logs, path.join(data.root, 'traces'), path.dirname(data.temporalFile), data.centralStore];
  for (const folder of [...folders, data.agent('eu-west-1')]) mkdirSync(folder, { recursive: true });
  readOrMakeSecrets(data.secrets);
  readOrMakeToken(path.join(data.root, 'run', 'token-ada'));
  await giveIdentity(data.agent('eu-west-1'));
  await plantSecrets({ data, regions: [regionName('eu-west')] });
  await createTrust(data.keys, [regionName('eu-west')], new Date());
});
afterEach(() => rmSync(data.root, { recursive: true }));

async function giveIdentity(folder: string): Promise<void> {
  const own = { host: hostId('eu-west-1'), region: regionName('eu-west') };
  const { identity } = openAgentDirectory(folder);
  const { privateKey: key } = generateKeyPairSync('ed25519');
  await openIdentityFiles(identity, own, () => undefined).write('enrolling', { key, certificate: null, token: null });
}

test('promise 12: a secret is found in a log, a trace, a history, a build output and the audit', () => {
  const secrets = secretsOf(data);
  expect(secrets.map(({ name }) => name).toSorted()).toEqual([
    'api/approval.pem',
    'control/admission.pem',
    'control/build.pem',
    'region/eu-west/authority.pem',
    'region/eu-west/director.pem',
    'root-key.pem',
    expect.stringMatching(/^the key in .*identity\/enrolling\.json$/),
    'the password of Postgres',
    'the secret eu-west/checkout/db-url',
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
