import type { ServiceSummary } from '../../protocol/api/service.ts';
import { serviceSpecFile } from '../../protocol/service-spec.ts';
import { clonedFolder, gitIn, repositoryName, type Repository } from '../repository.ts';
import { UsageError } from '../usage-error.ts';
import type { HeadCommit } from './head-commit.ts';

type Connected = Pick<ServiceSummary, 'service' | 'repository' | 'cloneUrl' | 'branch' | 'folder'>;

/** As the services that are cloned from it name it; where none is, by its remote or its folder. @throws UsageError */
export function connectedName(repository: Repository, services: readonly Connected[]): string {
  const cloned = services.filter(({ cloneUrl }) => clonedFolder(cloneUrl) === repository.root);
  const names = [...new Map(cloned.map((each) => [each.repository.toLowerCase(), each.repository])).values()];
  if (names.length > 1) throw new UsageError(`services know it as ${names.join(' and as ')}: give --repository`);
  return names[0] ?? repositoryName(repository);
}

/** Those that a push to the branch is a merge for. */
export const movedServices = <Service extends Connected>(
  services: readonly Service[],
  name: string,
  { branch }: Pick<HeadCommit, 'branch'>,
): readonly Service[] =>
  services.filter((each) => each.repository.toLowerCase() === name.toLowerCase() && each.branch === branch);

/**
 * What was not committed, or is not where a service is cloned from, would end as a failed build. @throws UsageError with
 * what to do about it
 * @param moved `movedServices`
 */
export function requireBuildable(root: string, head: HeadCommit, name: string, moved: readonly Connected[]): void {
  const git = gitIn(root);
  for (const { service, cloneUrl, folder } of moved) {
    const cloned = clonedFolder(cloneUrl);
    if (cloned !== null && cloned !== root && gitIn(cloned)('cat-file', '-e', head.commit) === null)
      throw new UsageError(
        `${service} is known as ${name}, too, and is cloned from ${cloned}, which doesn't have this commit: push it there, or connect one of the two with another --repository`,
      );
    if (cloned === null && git('branch', '--remotes', '--contains', head.commit) === '')
      throw new UsageError(`${service} is cloned from ${cloneUrl}, and this commit is not pushed: git push`);
    const file = folder === '.' ? serviceSpecFile : `${folder}/${serviceSpecFile}`;
    if (git('cat-file', '-e', `${head.commit}:${file}`) === null)
      throw new UsageError(`the head commit of ${root} has no ${file}: git add ${file} && git commit`);
  }
}

/** Files and folders that are no part of the commit, or not as it has them. */
export const uncommitted = (root: string): readonly string[] =>
  (gitIn(root)('status', '--porcelain') ?? '')
    .split('\n')
    .filter(Boolean)
    .map((line) => line.replace(/^\s*\S+\s+/, ''));
