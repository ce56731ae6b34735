import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { releaseNumber, serviceName } from '../../domain/names.ts';
import { decodeChunkTable } from '../../protocol/chunk-table.ts';
import { chunksProblem, decodeListing } from '../../protocol/listing.ts';
import { parseManifestRoot } from '../../protocol/manifest.ts';
import { describeRelease } from './describe-release.ts';
import { openFile, scanTree } from './scan-tree.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(path.join(tmpdir(), 'slipway-tree-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const never = new AbortController().signal;
const identity = { service: serviceName('checkout'), release: releaseNumber(1), commit: 'a'.repeat(40) };
const config = {
  run: { command: ['node', 'server.js'], env: {}, restart: 'stop-first' as const },
  health: { http: '/', startPeriodMs: 1, intervalMs: 50, timeoutMs: 1, healthyAfter: 1, unhealthyAfter: 1 },
};
function write(files: Record<string, string>, root = folder): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    writeFileSync(path.join(root, name), content);
  }
}
async function scan(root = folder) {
  const tree = await scanTree(root, () => undefined, never);
  if (!tree.ok) throw new Error(tree.problem);
  return tree.entries;
}
async function describeTree(root = folder) {
  const described = describeRelease(identity, await scan(root), config);
  if (!described.ok) throw new Error(described.problem);
  return described.description;
}

describe('a tree is described', () => {
  test('sorted by bytes, without .git and empty folders, links as they are', async () => {
    write({ 'b/x': '1', 'b.txt': '2', a: '', '.git/HEAD': 'ref', 'sub/.git': 'gitdir: x', 'sub/.gitignore': 'y' });
    mkdirSync(path.join(folder, 'empty'));
    symlinkSync('../a', path.join(folder, 'b', 'up'));
    expect((await scan()).map((entry) => `${entry.kind} ${entry.path}`)).toEqual([
      'file a',
      'file b.txt',
      'link b/up',
      'file b/x',
      'file sub/.gitignore',
    ]);
  });

  test('the same for another path, umask, time and owner', async () => {
    write({ 'run.sh': '#!/bin/sh', 'lib/code': 'x' });
    chmodSync(path.join(folder, 'run.sh'), 0o755);
    const first = await describeTree();
    const copy = mkdtempSync(path.join(tmpdir(), 'slipway-other-tree-'));
    try {
      cpSync(folder, copy, { recursive: true });
      chmodSync(path.join(copy, 'run.sh'), 0o4711);
      chmodSync(path.join(copy, 'lib/code'), 0o600);
      utimesSync(path.join(copy, 'lib/code'), 1, 1);
      expect((await describeTree(copy)).digest).toBe(first.digest);
      chmodSync(path.join(copy, 'lib/code'), 0o700);
      expect((await describeTree(copy)).digest).not.toBe(first.digest);
    } finally {
      rmSync(copy, { recursive: true });
    }
  });

  test('so that every reader takes it, and gets the tree back', async () => {
    const name = fc.string({
      unit: fc.constantFrom('a', 'b', 'é', '文', ' ', '-', '\n', '\u{1f600}'),
      minLength: 1,
      maxLength: 8,
    });
    const filePath = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join('/'));
    await fc.assert(
      fc.asyncProperty(fc.dictionary(filePath, fc.string({ maxLength: 50 }), { maxKeys: 8 }), async (files) => {
        const paths = Object.keys(files).filter((each, _, all) => !all.some((other) => other.startsWith(`${each}/`)));
        const root = mkdtempSync(path.join(folder, 'each-'));
        write(Object.fromEntries(paths.map((each) => [each, files[each]!])), root);
        const description = await describeTree(root);
        const parsed = parseManifestRoot(description.rootText);
        if (!parsed.ok) throw new Error(parsed.reason);
        const listing = decodeListing(description.listing, parsed.root);
        const table = decodeChunkTable(description.chunkTable, parsed.root.chunks);
        if (!listing.ok || !table.ok) throw new Error(JSON.stringify([listing, table]));
        expect(chunksProblem(listing.entries, table.chunks)).toBeNull();
        expect(listing.entries.map((entry) => entry.path).sort()).toEqual(paths.sort());
      }),
      { numRuns: 50 },
    );
  });
});

describe('a tree is refused, by the name of what is wrong, for', () => {
  const problemOf = async () => {
    const tree = await scanTree(folder, () => undefined, never);
    return tree.ok ? null : tree.problem;
  };

  test('a socket', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(path.join(folder, 'app.sock'), resolve));
    expect(await problemOf()).toMatch(/"app\.sock" is a socket/);
    server.close();
  });

  test('a link that leaves the tree from a folder', async () => {
    mkdirSync(path.join(folder, 'a'));
    symlinkSync('../../etc', path.join(folder, 'a', 'out'));
    expect(await problemOf()).toMatch(/link "a\/out" → "\.\.\/\.\.\/etc" points out of the tree/);
  });

  test('names that are one in another Unicode form', async () => {
    write({ 'caf\u00e9': '1', 'cafe\u0301': '2' });
    expect(await problemOf()).toMatch(/differ only in case or Unicode form/);
  });

  test('the name that installed trees are marked with', async () => {
    write({ '.slipway/ok': '1' });
    expect(await problemOf()).toMatch(/reserved name/);
  });
});

test('a file that a link has replaced meanwhile is not followed', async () => {
  symlinkSync('/etc/passwd', path.join(folder, 'a'));
  await expect(openFile(folder, 'a', never)).rejects.toMatchObject({ code: 'ELOOP' });
});
