import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { sampleFiles, type SampleVersion } from './sample-files.ts';

const run = promisify(execFile);

export interface Merge {
  readonly before: string;
  readonly after: string;
  readonly subject: string;
}

/** A git repository on this machine, and a work tree in which "lin" changes and merges. */
export interface SampleRepository {
  readonly cloneUrl: string;
  /** Commits a version on a branch of its own and merges it into main. */
  merge(subject: string, version: SampleVersion): Promise<Merge>;
}

export const sampleAuthor = 'lin';
const noCommit = '0'.repeat(40);

/** The repository as an earlier start left it, with what people merged since; else a new one with an empty main. */
export async function openSampleRepository(directory: string, regions: readonly string[]): Promise<SampleRepository> {
  const { bare, work } = foldersOf(directory);
  // Of a git that was killed.
  await rm(path.join(work, '.git', 'index.lock'), { force: true });
  if (!(await isUsable(bare, work))) await makeAnew(directory);
  return {
    cloneUrl: `file://${bare}`,
    merge: (subject, version) => mergeFiles(work, subject, sampleFiles(version, regions)),
  };
}

const isUsable = async (bare: string, work: string): Promise<boolean> =>
  existsSync(path.join(bare, 'HEAD')) &&
  existsSync(path.join(work, 'server.mjs')) &&
  (await gitIn(work, ['rev-parse', '--verify', '--quiet', 'main']).then(
    () => true,
    () => false,
  ));

async function makeAnew(directory: string): Promise<void> {
  await rm(directory, { recursive: true, force: true });
  const { bare, work } = foldersOf(directory);
  await mkdir(work, { recursive: true });
  await gitIn(directory, ['init', '--quiet', '--bare', '--initial-branch=main', bare]);
  await gitIn(work, ['init', '--quiet', '--initial-branch=main']);
  await gitIn(work, ['remote', 'add', 'origin', bare]);
}

export const foldersOf = (directory: string) => ({
  bare: path.join(directory, 'checkout.git'),
  work: path.join(directory, 'work'),
});

/** What was changed in the work tree and not committed, as git writes it: a line for each file. */
export const uncommitted = (work: string): Promise<string> => gitIn(work, ['status', '--porcelain']);

/** Commits the work tree as it is, with `files` written over it, on a branch of its own, and merges that into main. */
export async function mergeFiles(
  work: string,
  subject: string,
  files: Readonly<Record<string, string>>,
): Promise<Merge> {
  const git = (...args: string[]): Promise<string> => gitIn(work, args);
  const before = (await git('for-each-ref', '--format=%(objectname)', 'refs/heads/main')).trim() || noCommit;
  const isFirst = before === noCommit;
  if (!isFirst) await git('checkout', '--quiet', '-B', 'change');
  for (const [name, content] of Object.entries(files)) await writeFile(path.join(work, name), content);
  await git('add', '--all');
  await git('commit', '--quiet', '--allow-empty', '--message', subject);
  if (!isFirst) {
    await git('checkout', '--quiet', 'main');
    await git('merge', '--quiet', '--no-ff', '--message', subject, 'change');
    await git('branch', '--quiet', '--delete', 'change');
  }
  await git('push', '--quiet', 'origin', 'main');
  return { before, after: (await git('rev-parse', 'HEAD')).trim(), subject };
}

async function gitIn(cwd: string, args: readonly string[]): Promise<string> {
  const identity = { NAME: sampleAuthor, EMAIL: `${sampleAuthor}@example.com` };
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: cwd,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_NAME: identity.NAME,
    GIT_AUTHOR_EMAIL: identity.EMAIL,
    GIT_COMMITTER_NAME: identity.NAME,
    GIT_COMMITTER_EMAIL: identity.EMAIL,
  };
  return (await run('git', [...args], { cwd, env })).stdout;
}
