import { execFileSync } from 'node:child_process';
import { mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** A git repository in a folder, in which lin works. */
export interface TestRepository {
  readonly root: string;
  /** What it prints. */
  git(...args: readonly string[]): string;
  /** The commit with these files in it. */
  commit(files: Readonly<Record<string, string>>, subject?: string): string;
}

/** On branch `main`, without a commit. */
export function makeTestRepository(folder: string): TestRepository {
  mkdirSync(folder, { recursive: true });
  const root = realpathSync(folder);
  const git = (...args: readonly string[]): string =>
    execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
  git('init', '--quiet', '--initial-branch=main');
  git('config', 'user.name', 'lin');
  git('config', 'user.email', 'lin@example.com');
  git('config', 'commit.gpgsign', 'false');
  return {
    root,
    git,
    commit(files, subject = 'change') {
      for (const [name, content] of Object.entries(files)) {
        mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
        writeFileSync(path.join(root, name), content);
      }
      git('add', '--all');
      git('commit', '--quiet', '--message', subject);
      return git('rev-parse', 'HEAD');
    },
  };
}
