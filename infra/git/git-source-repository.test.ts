import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gitCommand } from './git-command.ts';
import { gitSourceRepository } from './git-source-repository.ts';
import { removeStaleLocks } from './mirror.ts';

let folder: string;
let repository: string;
let mirrors: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'slipway-git-'));
  repository = path.join(folder, 'repository');
  mirrors = path.join(folder, 'mirrors');
  mkdirSync(mirrors);
  gitHere(folder, 'init', '--quiet', '--initial-branch=main', repository);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function gitHere(cwd: string, ...args: string[]): string {
  const env = { PATH: process.env['PATH'], HOME: folder, GIT_CONFIG_NOSYSTEM: '1' };
  return execFileSync('git', ['-c', 'user.name=lin', '-c', 'user.email=lin@example.org', ...args], {
    cwd,
    env,
    encoding: 'utf8',
  }).trim();
}
function commit(files: Record<string, string>): string {
  for (const [name, content] of Object.entries(files)) writeFileSync(path.join(repository, name), content);
  gitHere(repository, 'add', '--all');
  gitHere(repository, 'commit', '--quiet', '--allow-empty', '--message', 'change');
  return gitHere(repository, 'rev-parse', 'HEAD');
}
let checkouts = 0;
async function checkOut(
  hash: string,
  cloneUrl = repository,
  signal = new AbortController().signal,
  { credentials = null as string | null, searchPath = process.env['PATH']! } = {},
) {
  const workspace = path.join(folder, `workspace-${checkouts++}`);
  const into = path.join(workspace, 'source');
  mkdirSync(into, { recursive: true });
  const git = gitCommand({ path: searchPath, protocols: 'https:http:file', credentials, scratch: folder });
  const result = await gitSourceRepository({ git, mirrors, retryAfterMs: [10] }).checkOut(
    { cloneUrl, commit: hash },
    into,
    signal,
  );
  return { result, into };
}

describe('a checkout', () => {
  test('is exactly the commit that was asked for, however far the branch has moved', async () => {
    const first = commit({ 'a.txt': 'one' });
    const second = commit({ 'a.txt': 'two', 'b.txt': 'new' });
    const old = await checkOut(first);
    expect(old.result).toEqual({ outcome: 'checked-out' });
    expect(readFileSync(path.join(old.into, 'a.txt'), 'utf8')).toBe('one');
    expect(readdirSync(old.into)).toEqual(['a.txt']);
    const young = await checkOut(second);
    expect(readdirSync(young.into)).toEqual(['a.txt', 'b.txt']);
  });

  test('holds links and modes, files that an archive would leave out, and no .git', async () => {
    writeFileSync(path.join(repository, 'run.sh'), '#!/bin/sh\n');
    chmodSync(path.join(repository, 'run.sh'), 0o755);
    symlinkSync('run.sh', path.join(repository, 'link'));
    const hash = commit({ '.gitattributes': 'kept.txt export-ignore\n', 'kept.txt': 'kept' });
    const { into } = await checkOut(hash);
    expect(readdirSync(into)).toEqual(['.gitattributes', 'kept.txt', 'link', 'run.sh']);
    expect(readlinkSync(path.join(into, 'link'))).toBe('run.sh');
    expect(lstatSync(path.join(into, 'run.sh')).mode & 0o111).not.toBe(0);
  });

  test('runs nothing: no hook, no filter, no external transport', async () => {
    const ran = path.join(folder, 'ran');
    gitHere(repository, 'config', 'filter.evil.smudge', `touch ${ran}; cat`);
    mkdirSync(path.join(repository, '.git', 'hooks'), { recursive: true });
    for (const hook of ['post-checkout', 'post-index-change', 'reference-transaction']) {
      writeFileSync(path.join(repository, '.git/hooks', hook), `#!/bin/sh\ntouch ${ran}\n`, { mode: 0o755 });
    }
    const hash = commit({ '.gitattributes': '* filter=evil\n', 'a.txt': 'one' });
    rmSync(ran, { force: true });
    expect((await checkOut(hash)).result).toEqual({ outcome: 'checked-out' });
    const { result } = await checkOut(hash, `ext::touch ${ran}`);
    expect(result.outcome).toBe('unreachable');
    expect(existsSync(ran)).toBe(false);
  });

  test('a name that begins with a dash is a repository, not an option', async () => {
    const { result } = await checkOut('0'.repeat(40), `--upload-pack=touch ${folder}/ran`);
    expect(result.outcome).toBe('unreachable');
    expect(existsSync(path.join(folder, 'ran'))).toBe(false);
  });
});

describe('it is said clearly that', () => {
  test('the commit is not there', async () => {
    commit({ 'a.txt': 'one' });
    const { result } = await checkOut('1'.repeat(40));
    expect(result).toEqual({
      outcome: 'missing-commit',
      reason: `the repository doesn't have commit ${'1'.repeat(40)}`,
    });
  });

  test('the repository is not there', async () => {
    const { result } = await checkOut('1'.repeat(40), path.join(folder, 'nowhere'));
    expect(result).toMatchObject({ outcome: 'unreachable', reason: expect.stringMatching(/^fatal: .*nowhere/) });
  });

  test('the server wants credentials: nobody is asked, and none are shown', async () => {
    const server: Server = createServer((_, response) =>
      response.writeHead(401, { 'www-authenticate': 'Basic' }).end(),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const { result } = await checkOut('1'.repeat(40), `http://lin:hunter2@127.0.0.1:${port}/acme/checkout.git`);
    server.close();
    expect(result.outcome).toBe('unreachable');
    expect(JSON.stringify(result)).not.toContain('hunter2');
  });
});

describe('a server that wants credentials', () => {
  let server: Server;
  const asked: (string | undefined)[] = [];
  beforeEach(async () => {
    asked.length = 0;
    server = createServer((request, response) => {
      asked.push(request.headers.authorization);
      response.writeHead(401, { 'www-authenticate': 'Basic' }).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => void server.close());

  test('is given those of the file, which keeps them when they are refused', async () => {
    const { port } = server.address() as AddressInfo;
    const file = path.join(folder, "git's credentials");
    const content = `http://lin:hunter2@127.0.0.1%3a${port}\n`;
    writeFileSync(file, content, { mode: 0o600 });
    const url = `http://127.0.0.1:${port}/acme/checkout.git`;
    const { result } = await checkOut('1'.repeat(40), url, undefined, { credentials: file });
    expect(asked).toContain(`Basic ${Buffer.from('lin:hunter2').toString('base64')}`);
    expect(result.outcome).toBe('unreachable');
    expect(JSON.stringify(result)).not.toContain('hunter2');
    expect(readFileSync(file, 'utf8')).toBe(content);
  });
});

describe('a disk that is full is told from a repository that is away', () => {
  const fetchThatSays = (said: string) => {
    const bin = path.join(folder, 'bin');
    mkdirSync(bin);
    const script = `#!/bin/sh\ncase " $* " in *" fetch "*) printf '%s\\n' '${said}' >&2; exit 128;; esac\nexit 1\n`;
    writeFileSync(path.join(bin, 'git'), script, { mode: 0o755 });
    return checkOut('1'.repeat(40), repository, undefined, { searchPath: `${bin}:${process.env['PATH']}` });
  };

  test('when it is ours', async () => {
    const fetched = fetchThatSays('fatal: write error: No space left on device\nfatal: index-pack failed');
    await expect(fetched).rejects.toMatchObject({ name: 'DiskFullError', code: 'ENOSPC' });
  });

  test('but not when it is that of the server', async () => {
    const { result } = await fetchThatSays('remote: fatal: No space left on device\nfatal: early EOF');
    expect(result).toEqual({ outcome: 'unreachable', reason: 'fatal: early EOF' });
  });
});

describe('a mirror', () => {
  test('answers again when the repository is away', async () => {
    const hash = commit({ 'a.txt': 'one' });
    await checkOut(hash);
    rmSync(repository, { recursive: true });
    expect((await checkOut(hash)).result).toEqual({ outcome: 'checked-out' });
  });

  test('that was damaged is made anew', async () => {
    const hash = commit({ 'a.txt': 'one' });
    await checkOut(hash);
    const [mirror] = readdirSync(mirrors);
    const blob = gitHere(path.join(mirrors, mirror!), 'rev-parse', `${hash}:a.txt`);
    // The commit and tree are there, the content is not.
    unpackWithout(path.join(mirrors, mirror!), blob);
    const { result, into } = await checkOut(hash);
    expect(result).toEqual({ outcome: 'checked-out' });
    expect(readFileSync(path.join(into, 'a.txt'), 'utf8')).toBe('one');
  });

  test('is locked by a killed git no longer than until the worker starts again', async () => {
    const first = commit({ 'a.txt': 'one' });
    await checkOut(first);
    const [mirror] = readdirSync(mirrors);
    writeFileSync(path.join(mirrors, mirror!, 'shallow.lock'), '');
    await removeStaleLocks(mirrors);
    expect((await checkOut(commit({ 'a.txt': 'two' }))).result).toEqual({ outcome: 'checked-out' });
  });

  test('serves runs that come at once', async () => {
    const hashes = ['one', 'two', 'three', 'four'].map((text) => commit({ 'a.txt': text }));
    const git = gitCommand({ path: process.env['PATH']!, protocols: 'file', credentials: null, scratch: folder });
    const source = gitSourceRepository({ git, mirrors, retryAfterMs: [] });
    const read = hashes.map(async (hash, i) => {
      const into = path.join(folder, `at-once-${i}`, 'source');
      mkdirSync(into, { recursive: true });
      await source.checkOut({ cloneUrl: repository, commit: hash }, into, new AbortController().signal);
      return readFileSync(path.join(into, 'a.txt'), 'utf8');
    });
    expect(await Promise.all(read)).toEqual(['one', 'two', 'three', 'four']);
  });
});

test('a cancelled checkout ends with the reason of the cancellation', async () => {
  const cancel = new AbortController();
  cancel.abort(new Error('cancelled by a person'));
  await expect(checkOut(commit({ a: 'b' }), repository, cancel.signal)).rejects.toThrow('cancelled by a person');
});

/** Takes a mirror's pack apart into loose objects, all but one. */
function unpackWithout(mirror: string, object: string): void {
  const packs = path.join(mirror, 'objects/pack');
  const moved = path.join(folder, 'packs');
  cpSync(packs, moved, { recursive: true });
  rmSync(packs, { recursive: true });
  for (const pack of existsSync(moved) ? readdirSync(moved).filter((name) => name.endsWith('.pack')) : []) {
    execFileSync('git', ['unpack-objects', '-q'], { cwd: mirror, input: readFileSync(path.join(moved, pack)) });
  }
  rmSync(path.join(mirror, 'objects', object.slice(0, 2), object.slice(2)));
}
