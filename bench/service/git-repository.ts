import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { sampleAuthor, type Merge } from '../../infra/local/demo/sample-repository.ts';

const run = promisify(execFile);

/** A git repository on this machine whose main branch moves with each commit. */
export interface GitRepository {
  readonly cloneUrl: string;
  /** Writes the files and commits everything. */
  commit(subject: string, files: Readonly<Record<string, string>>): Promise<Merge>;
}

const noCommit = '0'.repeat(40);

/** Makes the repository; the folder must not exist. */
export async function makeGitRepository(directory: string): Promise<GitRepository> {
  await mkdir(directory, { recursive: true });
  await gitIn(directory, ['init', '--quiet', '--initial-branch=main']);
  let head = noCommit;
  return {
    cloneUrl: `file://${directory}`,
    async commit(subject, files) {
      for (const [name, content] of Object.entries(files)) await writeFile(path.join(directory, name), content);
      await gitIn(directory, ['add', '--all']);
      await gitIn(directory, ['commit', '--quiet', '--allow-empty', '--message', subject]);
      const before = head;
      head = await gitIn(directory, ['rev-parse', 'HEAD']);
      return { before, after: head, subject };
    },
  };
}

/** Nobody's configuration: neither hooks nor signing. */
async function gitIn(cwd: string, args: readonly string[]): Promise<string> {
  const identity = ['-c', `user.name=${sampleAuthor}`, '-c', `user.email=${sampleAuthor}@example.com`];
  const env = { PATH: process.env['PATH'] ?? '', HOME: cwd, GIT_CONFIG_NOSYSTEM: '1' };
  return (await run('git', [...identity, ...args], { cwd, env })).stdout.trim();
}
