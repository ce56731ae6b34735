import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { hostId, regionName } from '../../domain/names.ts';
import { createTestAuthority, newKeyPair, type TestAuthority } from '../../test/host-certificates.ts';
import { openIdentityFiles, type HostKey, type IdentityFiles } from './identity-files.ts';

const own = { host: hostId('a'), region: regionName('eu-west') };
let folder: string;
let unusable: string[];
let authority: TestAuthority;
beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'slipway-identity-'));
  unusable = [];
  authority = await createTestAuthority();
});
afterEach(() => rmSync(folder, { recursive: true }));

const open = (name = own): IdentityFiles =>
  openIdentityFiles(folder, name, (file, why) => unusable.push(`${path.basename(file)}: ${why}`));
async function identity(host = 'a', from = authority): Promise<HostKey> {
  const pair = newKeyPair();
  return { key: pair.privateKey, certificate: (await from.certify(host, pair)).certificate, token: null };
}

describe('a file of an identity', () => {
  it('is given back as it was written, and is for its owner only', async () => {
    const written = await identity();
    await open().write('host', written);
    const read = await open().read('host');
    expect(read).toMatchObject({ certificate: written.certificate, token: null });
    expect(read!.key.equals(written.key)).toBe(true);
    expect(statSync(path.join(folder, 'host.json')).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['host.json']);
  });

  it('that is not there is no reason to complain', async () => {
    expect(await open().read('host')).toBeNull();
    expect(unusable).toEqual([]);
  });

  it('that could not be looked at may be there: it is told of, and counts neither as there nor as gone', async () => {
    // No name may be so long: of what is there that says nothing, as little as a lack of descriptors does.
    const nowhere = path.join(folder, 'x'.repeat(300));
    const files = openIdentityFiles(nowhere, own, (file, why) => unusable.push(`${path.basename(file)}: ${why}`));
    await expect(files.read('host')).rejects.toMatchObject({ code: 'ENAMETOOLONG' });
    expect(unusable).toEqual([expect.stringMatching(/^host\.json: ENAMETOOLONG/)]);
  });

  it('that is a folder can not be one, is told of, and not used', async () => {
    mkdirSync(path.join(folder, 'host.json'));
    expect(await open().read('host')).toBeNull();
    expect(unusable).toEqual([expect.stringContaining('EISDIR')]);
  });

  it.each<[string, string, string]>([
    ['is empty', '', 'it is empty'],
    ['is full of zeros', '\0'.repeat(200), 'it is torn'],
    ['is torn', '{"format":"slipway.identity/1","host":"a","reg', 'it is torn'],
    ['is something else', '{"version":1}', 'it holds no identity of a host'],
    ['has no key', '{"format":"slipway.identity/1","host":"a","region":"eu-west"}', 'its key is damaged'],
    [
      'is of another host',
      '{"format":"slipway.identity/1","host":"b","region":"eu-west"}',
      'it is the identity of b in eu-west',
    ],
    ['is of another region', '{"format":"slipway.identity/1","host":"a","region":"x"}', 'it is the identity of a in x'],
  ])('that %s is told of, and not used', async (_what, text, why) => {
    writeFileSync(path.join(folder, 'host.json'), text);
    expect(await open().read('host')).toBeNull();
    expect(unusable).toEqual([`host.json: ${why}`]);
  });

  it.each<[string, () => Promise<HostKey>, string]>([
    [
      'another key',
      async () => ({ ...(await identity()), key: newKeyPair().privateKey }),
      'its certificate is of another key',
    ],
    ['another host', () => identity('b'), 'its certificate is of another host'],
    [
      'another region',
      async () => identity('a', await createTestAuthority('us-east')),
      'its certificate is of another host',
    ],
    ['nothing', async () => ({ ...(await identity()), certificate: 'no PEM' }), 'its certificate is damaged'],
  ])('with a certificate of %s is not used', async (_what, make, why) => {
    await open().write('host', await make());
    expect(await open().read('host')).toBeNull();
    expect(unusable).toEqual([`host.json: ${why}`]);
  });
});
