import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { CancelledFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { deploymentNumber, releaseNumber, serviceName } from '../../domain/names.ts';
import { identify } from '../../infra/local/process-identity.ts';
import { decodeListing } from '../../protocol/listing.ts';
import { parseManifestRoot } from '../../protocol/manifest.ts';
import { decodeChunkTable } from '../../protocol/chunk-table.ts';
import { makeBuildActivities, makeOpenFolder, makeRepository, specWith } from '../../test/build-fixture.ts';
import { readPart, type BlobStore } from '../blob-store.ts';
import type { BuildActivities, BuildReleaseInput, BuildReleaseResult } from './contract.ts';
import { programEnvironment } from '../../test/program-environment.ts';

let folder: string;
let repository: ReturnType<typeof makeRepository>;
let activities: BuildActivities;
let store: BlobStore;
let scratch: string;
beforeAll(async () => {
  folder = makeOpenFolder();
  repository = makeRepository(folder);
  ({ activities, store, scratch } = await makeBuildActivities(folder));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => expect(readdirSync(path.join(scratch, 'workspaces'))).toEqual([]));

const inputOf = (commit: string, more: Partial<BuildReleaseInput['source']> = {}): BuildReleaseInput => ({
  service: serviceName('checkout'),
  deployment: deploymentNumber(87),
  release: releaseNumber(412),
  source: { cloneUrl: repository.cloneUrl, folder: '.', commit, ...more },
});
const build = (input: BuildReleaseInput, environment = new MockActivityEnvironment()): Promise<BuildReleaseResult> =>
  environment.run(() => activities.buildRelease(input));
const buildOf = (files: Record<string, string | null>) => build(inputOf(repository.commit(files)));

async function pathsOf(result: BuildReleaseResult): Promise<string[]> {
  if (result.outcome !== 'built') throw new Error(JSON.stringify(result));
  const parsed = parseManifestRoot(result.release.manifestRoot);
  if (!parsed.ok) throw new Error(parsed.reason);
  const listing = decodeListing((await readPart(store, parsed.root.listing))!, parsed.root);
  const table = decodeChunkTable((await readPart(store, parsed.root.chunks))!, parsed.root.chunks);
  if (!listing.ok || !table.ok) throw new Error('a part is malformed');
  expect(await store.missing(table.chunks.map(({ digest }) => digest))).toEqual([]);
  return listing.entries.map((entry) => entry.path);
}

describe('a commit becomes a release', () => {
  test('of what its build left in its output, all of it in the store', async () => {
    const commit = repository.commit({
      'slipway.yaml': specWith(
        '{ run: "mkdir -p dist/empty && cp server.js dist/ && echo built && ls -a", output: dist }',
      ),
      'server.js': 'listen()',
    });
    const result = await build(inputOf(commit));
    expect(await pathsOf(result)).toEqual(['server.js']);
    if (result.outcome !== 'built') throw new Error('unreachable');
    expect(parseManifestRoot(result.release.manifestRoot)).toMatchObject({
      ok: true,
      digest: result.release.digest,
      root: { service: 'checkout', release: 412, commit, totalBytes: 8 },
    });
    expect(result.spec.build.output).toBe('dist');
    expect(result.log).toMatchObject({ truncated: false, tail: expect.stringContaining('built\n') });
    expect(await readPart(store, result.log)).toEqual(Buffer.from(result.log.tail));
  });

  test('of the whole tree, when nothing has to be built', async () => {
    const result = await buildOf({ 'slipway.yaml': specWith('{}'), 'server.js': 'listen()' });
    expect(await pathsOf(result)).toEqual(['server.js', 'slipway.yaml']);
  });

  test('of its own folder, when the repository holds several services', async () => {
    const commit = repository.commit({
      'services/a/slipway.yaml': specWith('{}'),
      'services/a/a.js': 'a',
      'services/b.js': 'b',
    });
    expect(await pathsOf(await build(inputOf(commit, { folder: 'services/a' })))).toEqual(['a.js', 'slipway.yaml']);
  });

  test('with the same digest, when it is built again', async () => {
    const input = inputOf(repository.commit({ 'slipway.yaml': specWith('{ run: "date +%N > tmp && rm tmp" }') }));
    const [first, second] = [await build(input), await build(input)];
    expect(first).toEqual(second);
    expect(first.outcome).toBe('built');
  });

  test('with a heartbeat a second that says what it is at', async () => {
    const environment = new MockActivityEnvironment();
    const beats: unknown[] = [];
    environment.on('heartbeat', (details) => beats.push(details));
    const commit = repository.commit({ 'slipway.yaml': specWith('{ run: sleep 2.5 }') });
    await build(inputOf(commit), environment);
    expect(beats.length).toBeGreaterThanOrEqual(3);
    expect(beats).toContainEqual({ step: 'building' });
  });
});

describe('the person who merged is told that', () => {
  test('there is no spec', async () => {
    expect(await buildOf({ 'slipway.yaml': null })).toEqual({
      outcome: 'failed',
      reason: "there is no file slipway.yaml in the service's folder",
      exitCode: null,
      log: null,
    });
  });

  test.each([
    ['a link, even to a good one', 'linked', (at: string) => symlinkSync('../slipway.yaml', at)],
    ['a folder', 'foldered', (at: string) => (mkdirSync(at), writeFileSync(path.join(at, 'file'), ''))],
  ])('the spec is %s', async (_, name, make) => {
    mkdirSync(path.join(repository.cloneUrl, name));
    make(path.join(repository.cloneUrl, name, 'slipway.yaml'));
    const commit = repository.commit({ 'slipway.yaml': specWith('{}') });
    expect(await build(inputOf(commit, { folder: name }))).toMatchObject({
      outcome: 'failed',
      reason: "there is no file slipway.yaml in the service's folder",
    });
  });

  test('the spec is wrong, with the line', async () => {
    const result = await buildOf({ 'slipway.yaml': specWith('{ run: [] }') });
    expect(result).toMatchObject({
      outcome: 'invalid-spec',
      problems: expect.arrayContaining([expect.objectContaining({ path: 'build.run', line: 3 })]),
    });
  });

  test('the spec is of another service', async () => {
    expect(await buildOf({ 'slipway.yaml': specWith('{}', 'payments') })).toMatchObject({
      outcome: 'invalid-spec',
      problems: [
        { path: 'service', line: 2, message: 'is "payments", but this folder is registered as the service "checkout"' },
      ],
    });
  });

  test('the build failed, with its code and its last words', async () => {
    expect(await buildOf({ 'slipway.yaml': specWith('{ run: "echo cannot find x; exit 3" }') })).toMatchObject({
      outcome: 'failed',
      reason: 'the build failed: exit code 3',
      exitCode: 3,
      log: { tail: 'cannot find x\n' },
    });
  });

  test('the build took too long', async () => {
    const result = await buildOf({ 'slipway.yaml': specWith('{ run: "echo waiting; sleep 300", timeout: 1s }') });
    expect(result).toMatchObject({
      outcome: 'failed',
      reason: 'the build failed: still running after 1 s, and killed',
      log: { tail: 'waiting\n' },
    });
  });

  test.each([
    [
      'a link out of the tree',
      'ln -s /etc/passwd dist/secret',
      /link "secret" → "\/etc\/passwd" points to an absolute path: copy what/,
    ],
    ['a virtual environment', 'mkdir dist/bin; ln -s /usr/bin/python3 dist/bin/python', /python -m venv --copies/],
    ['a named pipe', 'mkfifo dist/pipe', /"pipe" is a named pipe/],
    ['names that collide', 'touch dist/A dist/a', /"a" and "A" differ only in case/],
    ['a name that is not UTF-8', `touch "dist/$(printf '\\377')"`, /not UTF-8/],
  ])('the artifact holds %s', async (_, line, reason) => {
    const result = await buildOf({
      'slipway.yaml': specWith(`{ run: ${JSON.stringify(`mkdir dist; ${line}`)}, output: dist }`),
    });
    expect(result).toMatchObject({ outcome: 'failed', reason: expect.stringMatching(reason) });
  });

  test.each([
    ['is not made', 'true', /"dist" does not exist/],
    ['is a file', 'touch dist', /"dist" is not a folder/],
    ['is empty', 'mkdir dist', /"dist" holds no file/],
    ['is a link to a place outside', 'ln -s /etc dist', /"dist" goes through a link/],
  ])('build.output %s', async (_, line, reason) => {
    const result = await buildOf({ 'slipway.yaml': specWith(`{ run: ${JSON.stringify(line)}, output: dist }`) });
    expect(result).toMatchObject({ outcome: 'failed', reason: expect.stringMatching(reason) });
  });

  test('the commit or the repository is not there', async () => {
    expect(await build(inputOf('1'.repeat(40)))).toMatchObject({
      outcome: 'failed',
      reason: expect.stringMatching(/doesn't have commit/),
    });
    const away = inputOf('1'.repeat(40), { cloneUrl: path.join(folder, 'away') });
    expect(await build(away)).toMatchObject({
      outcome: 'failed',
      reason: expect.stringMatching(/can't be reached: fatal: .*away/),
    });
  });

  test('the folder of the service is not there', async () => {
    const commit = repository.commit({ 'slipway.yaml': specWith('{}') });
    expect(await build(inputOf(commit, { folder: '../..' }))).toMatchObject({
      outcome: 'failed',
      reason: expect.stringMatching(/holds ".."/),
    });
    expect(await build(inputOf(commit, { folder: 'no' }))).toMatchObject({
      outcome: 'failed',
      reason: expect.stringMatching(/does not exist/),
    });
  });
});

test('a cancelled build is killed, and ends as cancelled', async () => {
  const environment = new MockActivityEnvironment();
  const mark = path.join(folder, 'scratch', 'workspaces');
  const commit = repository.commit({ 'slipway.yaml': specWith('{ run: "echo $$ > pid; exec sleep 300" }') });
  const ended = build(inputOf(commit), environment).catch((error: unknown) => error);
  const pid = await untilSome(() => findPid(mark));
  environment.cancel();
  expect(await ended).toBeInstanceOf(CancelledFailure);
  await untilSome(() => (identify(Number(pid)) === null ? 'gone' : undefined));
});

test('after kill -9 in the middle of a build another attempt makes the release, and nothing of the first runs on', async () => {
  const other = makeOpenFolder();
  const go = path.join(other, 'go');
  const commit = repository.commit({
    'slipway.yaml': specWith(`{ run: "test -e ${go} || { echo $$ > pid; exec sleep 300; }" }`),
  });
  const fixture = path.join(import.meta.dirname, 'build-release.fixture.ts');
  const args = ['--disable-warning=ExperimentalWarning', fixture, other, JSON.stringify(inputOf(commit))];
  const worker = spawn(process.execPath, args, { stdio: 'inherit', env: programEnvironment });
  const pid = await untilSome(() => findPid(path.join(other, 'scratch', 'workspaces')));
  worker.kill('SIGKILL');
  await once(worker, 'exit');
  expect(identify(Number(pid))).not.toBeNull();
  writeFileSync(go, '');
  const next = await makeBuildActivities(other);
  expect(identify(Number(pid))).toBeNull();
  const result = await new MockActivityEnvironment().run(() => next.activities.buildRelease(inputOf(commit)));
  expect(result).toMatchObject({ outcome: 'built' });
  rmSync(other, { recursive: true });
});

/** The pid that a build wrote into its checkout. */
function findPid(workspaces: string): string | undefined {
  if (!existsSync(workspaces)) return undefined;
  const found = readdirSync(workspaces)
    .map((name) => path.join(workspaces, name, 'source', 'pid'))
    .find((file) => existsSync(file));
  return found === undefined ? undefined : readFileSync(found, 'utf8').trim() || undefined;
}

async function untilSome<T>(look: () => T | undefined): Promise<T> {
  for (;;) {
    const found = look();
    if (found !== undefined) return found;
    await delay(20);
  }
}
