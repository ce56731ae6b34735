import type { Merge } from '../../infra/local/demo/sample-repository.ts';
import type { BenchStack } from '../stack/bench-stack.ts';
import { makeGitRepository, type GitRepository } from './git-repository.ts';
import { serviceFiles, type BenchService } from './service-files.ts';

/** A service that the stack knows, and its first merge, not delivered yet. */
export interface AddedService {
  /** As the code host names it. */
  readonly repository: string;
  readonly git: GitRepository;
  readonly merge: Merge;
}

/** Makes a repository with one commit, and adds its service. The folder must not exist. */
export async function addService(
  { releaseOwner }: BenchStack,
  spec: BenchService,
  directory: string,
): Promise<AddedService> {
  const { service } = spec;
  const git = await makeGitRepository(directory);
  const merge = await git.commit('Begin', serviceFiles(spec));
  const repository = `acme/${service}`;
  const body = { repository, cloneUrl: git.cloneUrl, branch: 'main', owners: ['lin'] };
  await releaseOwner.call('putService', { path: { service }, body });
  return { repository, git, merge };
}
