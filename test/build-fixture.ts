import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createBuildActivities } from '../activities/build/build-activities.ts';
import type { BuildActivities } from '../activities/build/contract.ts';
import type { BlobStore } from '../activities/blob-store.ts';
import { buildAccounts } from '../infra/build/build-account.ts';
import { openScratch } from '../infra/build/scratch-folder.ts';
import { shellCommandRunner } from '../infra/build/shell-command-runner.ts';
import { gitCommand } from '../infra/git/git-command.ts';
import { gitSourceRepository } from '../infra/git/git-source-repository.ts';
import { openFolderStore } from '../infra/stores/folder-store.ts';

/** A new folder that any account may enter, so that builds can run in it as another one. */
export function makeOpenFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'slipway-test-'));
  chmodSync(folder, 0o711);
  return folder;
}

/** A real repository; `commit` writes files (a value of null removes one) and answers the commit's hash. */
export function makeRepository(folder: string): {
  readonly cloneUrl: string;
  commit(files: Record<string, string | null>): string;
} {
  const cloneUrl = path.join(folder, 'repository');
  const git = (...args: string[]): string => {
    const env = { PATH: process.env['PATH'], HOME: folder, GIT_CONFIG_NOSYSTEM: '1' };
    const identity = ['-c', 'user.name=lin', '-c', 'user.email=lin@example.org'];
    return execFileSync('git', [...identity, ...args], { cwd: cloneUrl, env, encoding: 'utf8' }).trim();
  };
  mkdirSync(cloneUrl);
  git('init', '--quiet', '--initial-branch=main');
  const commit = (files: Record<string, string | null>): string => {
    for (const [name, content] of Object.entries(files)) {
      const file = path.join(cloneUrl, name);
      mkdirSync(path.dirname(file), { recursive: true });
      if (content === null) rmSync(file);
      else writeFileSync(file, content);
    }
    git('add', '--all');
    git('commit', '--quiet', '--allow-empty', '--message', 'change');
    return git('rev-parse', 'HEAD');
  };
  return { cloneUrl, commit };
}

/** The build worker's activities on real parts, with scratch and store below `folder`. */
export async function makeBuildActivities(
  folder: string,
  changeStore: (store: BlobStore) => BlobStore = (store) => store,
): Promise<{ activities: BuildActivities; store: BlobStore; scratch: string }> {
  const scratch = await openScratch(path.join(folder, 'scratch'), await buildAccounts('nobody', 1));
  const store = changeStore(await openFolderStore(path.join(folder, 'store')));
  const git = gitCommand({ path: process.env['PATH']!, protocols: 'file', credentials: null, scratch: scratch.root });
  const activities = createBuildActivities({
    source: gitSourceRepository({ git, mirrors: scratch.mirrors, retryAfterMs: [10] }),
    workspaces: scratch.workspaces,
    commands: shellCommandRunner({ accountOf: scratch.accountOf, path: process.env['PATH']!, logCapBytes: 64 * 1024 }),
    store,
  });
  return { activities, store, scratch: scratch.root };
}

/** A valid spec of `checkout` with this build. */
export const specWith = (build: string, service = 'checkout'): string => `
service: ${service}
build: ${build}
run: { command: [node, server.js] }
health: { http: /healthz }
rollout:
  stages:
    - { name: world, regions: [eu-west], batches: [100%] }
`;
