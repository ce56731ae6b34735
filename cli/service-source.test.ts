import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { clonedFolder, fileUrl, readRepository } from './repository.ts';
import { serviceSource } from './service-source.ts';
import { makeTestRepository, type TestRepository } from './test-repository.fixture.ts';

let parent: string;
let repository: TestRepository;
beforeEach(() => {
  parent = mkdtempSync(path.join(tmpdir(), 'slipway-source-'));
  repository = makeTestRepository(path.join(parent, 'shop'));
});
afterEach(() => rmSync(parent, { recursive: true }));

const elsewhere = 'https://git.example/acme/shop.git';

describe('where pushes are delivered from this machine', () => {
  test('a repository without a remote is cloned from where it is, and named by its folder', () => {
    const services = path.join(repository.root, 'services/cart');
    mkdirSync(services, { recursive: true });
    expect(serviceSource({}, services, true)).toEqual({
      repository: 'local/shop',
      cloneUrl: `file://${repository.root}`,
      branch: 'main',
      folder: 'services/cart',
    });
  });

  test('one with a remote is cloned from there', () => {
    repository.git('remote', 'add', 'origin', 'git@git.example:acme/store.git');
    expect(serviceSource({}, repository.root, true)).toMatchObject({
      repository: 'acme/store',
      cloneUrl: 'git@git.example:acme/store.git',
    });
  });
});

describe('of a repository on this machine that is named', () => {
  test('name, branch and folder are read from it, wherever one stands', () => {
    repository.git('remote', 'add', 'origin', 'git@git.example:acme/store.git');
    repository.git('symbolic-ref', 'HEAD', 'refs/heads/trunk');
    const other = makeTestRepository(path.join(parent, 'other'));
    const cloneUrl = `file://${repository.root}`;
    const source = { repository: 'acme/store', cloneUrl, branch: 'trunk', folder: '.' };
    expect(serviceSource({ cloneUrl }, other.root, false)).toEqual(source);
    const below = path.join(repository.root, 'cart');
    mkdirSync(below);
    expect(serviceSource({ cloneUrl }, below, false)).toEqual({ ...source, folder: 'cart' });
  });

  test('the name is its folder, without a remote', () => {
    expect(serviceSource({ cloneUrl: `file://${repository.root}/.git` }, parent, false).repository).toBe('local/shop');
    expect(serviceSource({ cloneUrl: 'file:///srv/my%20shop.git' }, parent, false)).toEqual({
      repository: 'local/my-shop',
      cloneUrl: 'file:///srv/my%20shop.git',
      branch: 'main',
      folder: '.',
    });
  });
});

test('of another place the repository around says the branch, and not the folder', () => {
  const services = path.join(repository.root, 'services/cart');
  mkdirSync(services, { recursive: true });
  repository.git('symbolic-ref', 'HEAD', 'refs/heads/trunk');
  const given = { cloneUrl: elsewhere, repository: 'acme/shop' };
  expect(serviceSource(given, services, true)).toEqual({ ...given, branch: 'trunk', folder: '.' });
});

test('what nothing says is asked for by its flag', () => {
  expect(() => serviceSource({}, repository.root, false)).toThrow(/give --clone-url <url>/);
  expect(() => serviceSource({}, parent, true)).toThrow(/give --clone-url <url>/);
  expect(() => serviceSource({ cloneUrl: elsewhere }, parent, true)).toThrow(/give --repository/);
});

test('a folder is the same by its path, as a URL, through a link, and with .git', () => {
  symlinkSync(repository.root, path.join(parent, 'link'));
  const named = [repository.root, `file://${repository.root}/`, `${repository.root}/.git`, path.join(parent, 'link')];
  expect(named.map(clonedFolder)).toEqual(named.map(() => repository.root));
  expect(['https://git.example/a/b', 'git@git.example:a/b.git', 'file://other/a'].map(clonedFolder)).toEqual([
    null,
    null,
    null,
  ]);
});

test('the URL of a repository leads back to its folder, whatever that is called', () => {
  const { root } = makeTestRepository(path.join(parent, 'größer & "kleiner" 100%'));
  expect(clonedFolder(fileUrl(readRepository(root)!))).toBe(root);
});
