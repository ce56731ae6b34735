import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { sharedReads } from '../../api/gateway/secrets/shared-reads.ts';
import type { SecretRead, SecretSource } from '../../api/gateway/secrets/secret-source.ts';
import { secretMaxBytes } from '../../domain/secret/secret-names.ts';
import { serviceName } from '../../domain/names.ts';
import { EnvironmentError } from '../config/environment.ts';
import { readGatewayConfig } from '../config/gateway.ts';
import { commandSecrets } from './command-secrets.ts';
import { folderSecrets } from './folder-secrets.ts';
import { inPlaces } from './in-places.ts';
import { openSecrets } from './open-secrets.ts';

const checkout = serviceName('checkout');
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'slipway-secrets-'));
  await mkdir(path.join(folder, 'checkout'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));
const at = (file: string): string => path.join(folder, 'checkout', file);

describe('a folder of secrets', () => {
  test('gives the bytes of a file as they are now, by way of links, too', async () => {
    const bytes = Buffer.from([0, 255, 10]);
    await writeFile(at('real'), bytes);
    await symlink('real', at('linked'));
    const source = folderSecrets(folder);
    expect(await source.read(checkout, 'linked')).toEqual({ found: true, value: bytes });
    await writeFile(at('real'), 'rotated');
    expect(await source.read(checkout, 'linked')).toEqual({ found: true, value: Buffer.from('rotated') });
  });

  test('gives as much as a secret may have, and nothing of what has more', async () => {
    await writeFile(at('most'), Buffer.alloc(secretMaxBytes, 1));
    await writeFile(at('more'), Buffer.alloc(secretMaxBytes + 1, 1));
    const source = folderSecrets(folder);
    expect(await source.read(checkout, 'most')).toMatchObject({ found: true });
    expect(await source.read(checkout, 'more')).toMatchObject({ found: false, why: 'unreadable' });
  });

  test('tells what is not there from what can not be read, and waits for no pipe', async () => {
    spawnSync('mkfifo', [at('pipe')]);
    await mkdir(at('folder'));
    const why = async (source: SecretSource, name: string) => {
      const read = await source.read(checkout, name);
      return read.found ? 'found' : read.why;
    };
    const source = folderSecrets(folder);
    expect(await Promise.all(['nothing', 'pipe', 'folder'].map((name) => why(source, name)))).toEqual([
      'absent',
      'unreadable',
      'unreadable',
    ]);
    expect(await why(folderSecrets(`${folder}/away`), 'nothing')).toBe('unreadable');
  });
});

describe('a command for secrets', () => {
  const shell = (script: string, timeoutMs?: number): SecretSource =>
    commandSecrets({
      command: ['/bin/sh', '-c', script, 'read-secret'],
      env: { PATH: process.env['PATH']!, OWN: 'x' },
      ...(timeoutMs !== undefined && { timeoutMs }),
    });

  test('is given service and name, and its output is the value', async () => {
    const read = await shell('printf "%s %s %s" "$1" "$2" "$OWN"; echo noise >&2').read(checkout, 'db-url');
    expect(read).toEqual({ found: true, value: Buffer.from('checkout db-url x') });
  });

  test.each([
    ['that knows of no such secret', 'exit 4', 'absent', /no secret db-url of checkout/],
    ['that fails', 'echo half-a-secret; echo half-a-secret >&2; exit 1', 'unreadable', /exited with code 1/],
    ['that takes too long', 'echo half-a-secret; exec sleep 60', 'unreadable', /did not end within 200 ms/],
    ['that ends by a signal', 'echo half-a-secret; kill -9 $$', 'unreadable', /was ended by SIGKILL/],
    ['that prints too much', 'yes half-a-secret', 'unreadable', /larger than 65536 bytes/],
  ])('%s says why, and nothing of what it printed', async (_, script, why, reason) => {
    const read = await shell(script, 200).read(checkout, 'db-url');
    expect(read).toMatchObject({ found: false, why, reason: expect.stringMatching(reason) });
    expect(JSON.stringify(read)).not.toContain('half-a-secret');
  });

  test('that is not there is said', async () => {
    const source = commandSecrets({ command: ['/nowhere/read-secret'], env: {} });
    expect(await source.read(checkout, 'a')).toMatchObject({ found: false, reason: expect.stringMatching(/ENOENT/) });
  });

  test('finds the environment of its gateway, without what is Slipway’s', async () => {
    const source = openSecrets(
      { secrets: { command: ['/bin/sh', '-c', 'env > "$0/env"', folder] } },
      { PATH: process.env['PATH'], VAULT_ADDR: 'https://vault', SLIPWAY_REGION_DATABASE_URL: 'postgres://u:p@h/d' },
    );
    await source!.read(checkout, 'a');
    const found = await readFile(path.join(folder, 'env'), 'utf8');
    expect(found).toContain('VAULT_ADDR=https://vault');
    expect(found).not.toContain('SLIPWAY_');
  });
});

test('work beyond the places waits in its order, and a failure gives its place back', async () => {
  const places = inPlaces(2);
  const gates = [0, 1, 2, 3].map(() => Promise.withResolvers<number>());
  const begun: number[] = [];
  const results = gates.map(({ promise }, index) =>
    places.in(() => {
      begun.push(index);
      return promise;
    }),
  );
  await setImmediate();
  expect(begun).toEqual([0, 1]);
  gates[1]!.reject(new Error('failed'));
  await expect(results[1]).rejects.toThrow('failed');
  await setImmediate();
  expect(begun).toEqual([0, 1, 2]);
  for (const { resolve } of gates) resolve(1);
  expect(await results[3]).toBe(1);
});

test('hosts that ask together share a reading, and nobody is given what was read before it asked', async () => {
  const readings: PromiseWithResolvers<SecretRead>[] = [];
  const source = sharedReads({
    read() {
      readings.push(Promise.withResolvers());
      return readings.at(-1)!.promise;
    },
  });
  const first = source.read(checkout, 'a');
  const late = [source.read(checkout, 'a'), source.read(checkout, 'a')];
  const other = source.read(checkout, 'b');
  await setImmediate();
  expect(readings).toHaveLength(2); // one of each name
  readings[0]!.resolve({ found: true, value: Buffer.from('old') });
  readings[1]!.resolve({ found: true, value: Buffer.from('b') });
  await Promise.all([first, other]);
  await setImmediate();
  expect(readings).toHaveLength(3);
  readings[2]!.resolve({ found: true, value: Buffer.from('new') });
  expect(await Promise.all(late)).toEqual([1, 2].map(() => ({ found: true, value: Buffer.from('new') })));
});

describe('the gateway is told where secrets are', () => {
  const needed = {
    SLIPWAY_REGION: 'eu-west',
    SLIPWAY_REGION_DATABASE_URL: 'postgres://h/d',
    SLIPWAY_REGION_STORE: '/s',
    SLIPWAY_GATEWAY_LISTEN: '127.0.0.1:0',
    SLIPWAY_AUTHORITY_KEY_FILE: import.meta.filename,
    SLIPWAY_ROOT_FILE: import.meta.filename,
  };
  const secrets = (given: Record<string, string>) => readGatewayConfig({ ...needed, ...given }).secrets;

  test.each<[string, Record<string, string>, unknown]>([
    ['nowhere', {}, null],
    ['in a folder', { SLIPWAY_SECRETS_FOLDER: '/f' }, { folder: '/f' }],
    ['by a command', { SLIPWAY_SECRETS_COMMAND: '["/c","-x"]' }, { command: ['/c', '-x'] }],
  ])('%s', (_, given, expected) => expect(secrets(given)).toEqual(expected));

  test.each<[string, Record<string, string>]>([
    ['a shell line', { SLIPWAY_SECRETS_COMMAND: 'vault read' }],
    ['an empty list', { SLIPWAY_SECRETS_COMMAND: '[]' }],
    ['both at once', { SLIPWAY_SECRETS_COMMAND: '["/c"]', SLIPWAY_SECRETS_FOLDER: '/f' }],
  ])('not by %s', (_, given) => {
    expect(() => secrets(given)).toThrow(EnvironmentError);
    expect(() => secrets(given)).toThrow(/SLIPWAY_SECRETS_COMMAND must be/);
  });
});
