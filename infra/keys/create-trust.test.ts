import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createPublicKey } from 'node:crypto';
import { cp, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { regionName } from '../../domain/names.ts';
import { envelopeSchema, keyId, signDocument } from '../../protocol/dsse.ts';
import { rootType, verifyRoot } from '../../protocol/root-document.ts';
import { createTrust, keyFiles } from './create-trust.ts';
import { readPrivateKey, readPublicKey, readTrustedKeys } from './read-keys.ts';

let keys: string;
beforeEach(async () => void (keys = await mkdtemp(path.join(tmpdir(), 'slipway-keys-'))));
afterEach(() => rm(keys, { recursive: true }));

const [eu, us] = [regionName('eu-west'), regionName('us-east')];
const now = new Date('2026-11-24T00:00:00Z');
const at = (file: string): string => path.join(keys, file);
const contents = async (): Promise<Record<string, string>> => {
  const found = (await readdir(keys, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const read = found.map(async ({ parentPath, name }) => {
    const file = path.join(parentPath, name);
    return [path.relative(keys, file), await readFile(file, 'utf8')] as const;
  });
  return Object.fromEntries(await Promise.all(read));
};

test('an installation gets a key for each role, and a root document that binds them', async () => {
  expect(await createTrust(keys, [eu, us], now)).toEqual({ rootVersion: 1, changed: true });
  expect(Object.keys(await contents()).sort()).toEqual([
    'api/approval.pem',
    'control/admission.pem',
    'control/approval.pub.pem',
    'control/build.pem',
    'region/eu-west/authority.pem',
    'region/eu-west/director.pem',
    'region/us-east/authority.pem',
    'region/us-east/director.pem',
    'root-key.pem',
    'root.json',
    'roots/1.json',
  ]);
  const trusted = await readTrustedKeys(at(keyFiles.root));
  expect(keyId(trusted.build)).toBe(keyId(await readPrivateKey(at(keyFiles.build))));
  expect(keyId(trusted.admission)).toBe(keyId(await readPrivateKey(at(keyFiles.admission))));
  expect(keyId(trusted.directors.get(us)!)).toBe(keyId(await readPrivateKey(at(keyFiles.director(us)))));
  expect(keyId(await readPublicKey(at(keyFiles.approvalPublic)))).toBe(
    keyId(await readPrivateKey(at(keyFiles.approval))),
  );
  const envelope = envelopeSchema.parse(JSON.parse(await readFile(at(keyFiles.root), 'utf8')));
  expect(
    verifyRoot(envelope, { threshold: 1, keys: [createPublicKey(await readPrivateKey(at(keyFiles.rootKey)))] }),
  ).toMatchObject({ ok: true });
});

test("private keys are their owner's alone, whatever the umask", async () => {
  const before = process.umask(0);
  await createTrust(keys, [eu], now).finally(() => process.umask(before));
  for (const file of [
    keyFiles.rootKey,
    keyFiles.build,
    keyFiles.admission,
    keyFiles.approval,
    keyFiles.director(eu),
    keyFiles.authority(eu),
  ]) {
    expect((await stat(at(file))).mode & 0o777).toBe(0o600);
  }
});

test('a second run changes nothing', async () => {
  await createTrust(keys, [eu, us], now);
  const before = await contents();
  expect(await createTrust(keys, [us, eu], new Date())).toEqual({ rootVersion: 1, changed: false });
  expect(await createTrust(keys, [eu], new Date())).toEqual({ rootVersion: 1, changed: false });
  expect(await contents()).toEqual(before);
});

test('a region that is added makes a new version of the root document, and leaves all other keys', async () => {
  await createTrust(keys, [eu], now);
  const before = await contents();
  expect(await createTrust(keys, [eu, us], now)).toEqual({ rootVersion: 2, changed: true });
  const trusted = await readTrustedKeys(at(keyFiles.root));
  expect([...trusted.directors.keys()].sort()).toEqual([eu, us]);
  const { 'root.json': _, ...kept } = before;
  expect(await contents()).toMatchObject(kept);
});

test('a run that was killed before the root document goes on with the keys that it made', async () => {
  await createTrust(keys, [eu], now);
  const before = await contents();
  await rm(at(keyFiles.root));
  await rm(at(keyFiles.approvalPublic));
  expect(await createTrust(keys, [eu], now)).toEqual({ rootVersion: 1, changed: true });
  expect(await contents()).toEqual(before);
});

test('a lost key is not replaced behind the back of hosts that trust the old one', async () => {
  await createTrust(keys, [eu], now);
  await rm(at(keyFiles.build));
  await expect(createTrust(keys, [eu], now)).rejects.toThrow(/build\.pem is gone: restore it/);
  await expect(createTrust(keys, [eu, us], now)).rejects.toThrow(/build\.pem is gone: restore it/);
});

test('a lost director key is not replaced either', async () => {
  await createTrust(keys, [eu], now);
  await rm(at(keyFiles.director(eu)));
  await expect(createTrust(keys, [eu, us], now)).rejects.toThrow(/eu-west\/director\.pem is gone/);
});

test('a damaged root document or key is named, and its content is not shown', async () => {
  await createTrust(keys, [eu], now);
  await writeFile(at(keyFiles.admission), 'sEcReT');
  const failure = await readPrivateKey(at(keyFiles.admission)).catch((error: Error) => error.message);
  expect(failure).toContain('admission.pem holds no private key in PEM');
  expect(failure).not.toContain('sEcReT');
  await writeFile(at(keyFiles.root), '{}');
  await expect(createTrust(keys, [eu], now)).rejects.toThrow(/root\.json is no valid root document/);
  await expect(readTrustedKeys(at(keyFiles.root))).rejects.toThrow(/holds no signed root document/);
  await expect(readPrivateKey(at('absent.pem'))).rejects.toThrow(/cannot read .*absent\.pem: ENOENT/);
});

test('each region has an authority of its own, which the root document names with its certificate', async () => {
  await createTrust(keys, [eu, us], now);
  const { authorities } = await readTrustedKeys(at(keyFiles.root));
  for (const region of [eu, us]) {
    const [certificate] = authorities.get(region)!;
    expect(certificate).toMatchObject({ ca: true, subject: `CN=slipway ${region}` });
    expect(keyId(certificate!.publicKey)).toBe(keyId(await readPrivateKey(at(keyFiles.authority(region)))));
  }
});

test('an installation of before hosts had certificates gets authorities, and keeps all its keys', async () => {
  await createTrust(keys, [eu], now);
  const envelope = envelopeSchema.parse(JSON.parse(await readFile(at(keyFiles.root), 'utf8')));
  const { authorities: _, ...before } = JSON.parse(
    Buffer.from(envelope.payload, 'base64').toString('utf8'),
  ) as object & {
    authorities: unknown;
  };
  await writeFile(
    at(keyFiles.root),
    JSON.stringify(signDocument(rootType, before, await readPrivateKey(at(keyFiles.rootKey)))),
  );
  await rm(at(keyFiles.authority(eu)));
  expect((await readTrustedKeys(at(keyFiles.root))).authorities.size).toBe(0);
  expect(await createTrust(keys, [eu], now)).toEqual({ rootVersion: 2, changed: true });
  expect((await readTrustedKeys(at(keyFiles.root))).authorities.get(eu)).toHaveLength(1);
});

test('a new key of an authority is named beside the one before it', async () => {
  await createTrust(keys, [eu], now);
  await createTrust(keys, [us], now);
  await cp(at(keyFiles.authority(us)), at(keyFiles.authority(eu)));
  expect(await createTrust(keys, [eu], now)).toMatchObject({ changed: true });
  expect((await readTrustedKeys(at(keyFiles.root))).authorities.get(eu)).toHaveLength(2);
});
