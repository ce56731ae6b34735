import { createPublicKey } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { regionName } from '../../domain/names.ts';
import { digestOf } from '../../protocol/digest.ts';
import { keyId } from '../../protocol/dsse.ts';
import { createTrust, keyFiles } from './create-trust.ts';
import { readPrivateKey, readPublicKey, readTrustedKeys } from './read-keys.ts';
import { readRootVersion } from './root-files.ts';

const eu = regionName('eu-west');
const program = path.join(import.meta.dirname, 'root-command.ts');
let keys: string;
beforeEach(async () => {
  keys = await mkdtemp(path.join(tmpdir(), 'slipway-root-'));
  await createTrust(keys, [eu], new Date());
});
afterEach(() => rm(keys, { recursive: true }));

const at = (file: string): string => path.join(keys, file);
function root(...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', program, ...args],
    {
      encoding: 'utf8',
      cwd: keys,
    },
  );
  if (status !== 0) throw new Error(stderr);
  return stdout;
}
const propose = (...options: readonly string[]) =>
  root('propose', keyFiles.root, '--out', 'proposal.json', '--key', keyFiles.rootKey, ...options);
const publish = () => root('publish', 'proposal.json', '--root', keyFiles.root);

describe('a ceremony', () => {
  test('hands the root over from one key to two of three, who then revoke a release', async () => {
    for (const name of ['one', 'two', 'three']) root('make-key', name);
    propose('--threshold', '2', ...['one', 'two', 'three'].flatMap((name) => ['--root-key', `${name}.pub`]));
    expect(publish).toThrow('not signed by the root keys that it names');
    root('sign', 'proposal.json', '--key', 'one');
    root('sign', 'proposal.json', '--key', 'three');
    publish();
    root('propose', keyFiles.root, '--out', 'proposal.json', '--key', 'two', '--revoke', digestOf('bad'));
    expect(publish).toThrow('not signed by the root keys that are trusted');
    root('sign', 'proposal.json', '--key', 'three');
    publish();
    const trusted = await readTrustedKeys(at(keyFiles.root));
    expect([trusted.version, trusted.root.threshold, [...trusted.revoked]]).toEqual([3, 2, [digestOf('bad')]]);
    expect(await Promise.all([1, 2, 3, 4].map((version) => readRootVersion(at(keyFiles.root), version)))).toEqual([
      expect.anything(),
      expect.anything(),
      expect.anything(),
      null,
    ]);
    expect(root('show', keyFiles.root)).toContain(`revoked: ${digestOf('bad')}`);
    expect((await stat(at('one'))).mode & 0o777).toBe(0o600);
  });

  test("gives a region's director a new key", async () => {
    root('make-key', 'director');
    propose('--director', 'eu-west=director.pub');
    publish();
    const { directors } = await readTrustedKeys(at(keyFiles.root));
    expect(keyId(directors.get(eu)!)).toBe(keyId(await readPublicKey(at('director.pub'))));
  });

  test('can not be held twice with one proposal, nor with one that was changed', async () => {
    propose();
    publish();
    expect(publish).toThrow('version 2 does not follow version 2');
    propose();
    const text = await readFile(at('proposal.json'), 'utf8');
    const envelope = JSON.parse(text) as { payload: string };
    const payload = Buffer.from(envelope.payload, 'base64').toString('utf8').replace('"version":3', '"version":4');
    await writeFile(
      at('proposal.json'),
      JSON.stringify({ ...envelope, payload: Buffer.from(payload).toString('base64') }),
    );
    expect(publish).toThrow('not signed');
  });
});

test('a new region needs the root keys when one key alone does not sign', async () => {
  root('make-key', 'other');
  propose('--threshold', '2', '--root-key', 'other.pub', '--root-key', await publicRootKey());
  root('sign', 'proposal.json', '--key', 'other');
  publish();
  await expect(createTrust(keys, [eu, regionName('us-east')], new Date())).rejects.toThrow(
    'have its root keys sign it',
  );
  expect(await createTrust(keys, [eu], new Date())).toEqual({ rootVersion: 2, changed: false });
});

async function publicRootKey(): Promise<string> {
  const key = await readPrivateKey(at(keyFiles.rootKey));
  await writeFile(at('root.pub'), createPublicKey(key).export({ type: 'spki', format: 'pem' }));
  return 'root.pub';
}
