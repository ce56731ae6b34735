import type { ServiceSummary } from '../../protocol/api/service.ts';
import { serviceSpecFile } from '../../protocol/service-spec.ts';
import { clonedFolder, gitIn, repositoryName, type Repository } from '../repository.ts';
import { UsageError } from '../usage-error.ts';
import type { HeadCommit } from './head-commit.ts';

type Connected = Pick<ServiceSummary, 'repository' | 'cloneUrl' | 'branch' | 'folder'>;

/** As the services that are cloned from it name it; where none is, by its remote or its folder. @throws UsageError */
export function connectedName(repository: Repository, services: readonly Connected[]): string {
  const cloned = services.filter(({ cloneUrl }) => clonedFolder(cloneUrl) === repository.root);
  const names = [...new Map(cloned.map((each) => [each.repository.toLowerCase(), each.repository])).values()];
  if (names.length > 1) throw new UsageError(`services know it as ${names.join(' and as ')}: give --repository`);
  return names[0] ?? repositoryName(repository);
}

/** What was written and not committed would end as a failed build. @throws UsageError with the commands to commit it */
export function requireSpecs(root: string, head: HeadCommit, name: string, services: readonly Connected[]): void {
  const git = gitIn(root);
  const moved = services.filter(
    ({ repository, branch }) => repository.toLowerCase() === name.toLowerCase() && branch === head.branch,
  );
  for (const { folder } of moved) {
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
