import { execFile } from 'node:child_process';
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

/** Makes the repository anew, with an empty main. */
export async function makeSampleRepository(directory: string, regions: readonly string[]): Promise<SampleRepository> {
  await rm(directory, { recursive: true, force: true });
  const bare = path.join(directory, 'checkout.git');
  const work = path.join(directory, 'work');
  await mkdir(work, { recursive: true });
  const git = (...args: string[]): Promise<string> => gitIn(work, args);
  await gitIn(directory, ['init', '--quiet', '--bare', '--initial-branch=main', bare]);
  await git('init', '--quiet', '--initial-branch=main');
  await git('remote', 'add', 'origin', bare);
  let head = noCommit;
  return {
    cloneUrl: `file://${bare}`,
    merge: async (subject, version) => {
      const before = head;
      head = await mergeVersion(git, work, before === noCommit, subject, sampleFiles(version, regions));
      return { before, after: head, subject };
    },
  };
}

async function mergeVersion(
  git: (...args: string[]) => Promise<string>,
  work: string,
  first: boolean,
  subject: string,
  files: Readonly<Record<string, string>>,
): Promise<string> {
  if (!first) await git('checkout', '--quiet', '-b', 'change');
  for (const [name, content] of Object.entries(files)) await writeFile(path.join(work, name), content);
  await git('add', '--all');
  await git('commit', '--quiet', '--message', subject);
  if (!first) {
    await git('checkout', '--quiet', 'main');
    await git('merge', '--quiet', '--no-ff', '--message', subject, 'change');
    await git('branch', '--quiet', '--delete', 'change');
  }
  await git('push', '--quiet', 'origin', 'main');
  return (await git('rev-parse', 'HEAD')).trim();
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
