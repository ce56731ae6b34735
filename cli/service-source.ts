import { clonedFolder, fileUrl, localName, readRepository, type Repository } from './repository.ts';
import { UsageError } from './usage-error.ts';

/** Where a service comes from. */
export interface ServiceSource {
  /** `acme/checkout`, as pushes name it. */
  readonly repository: string;
  readonly cloneUrl: string;
  readonly branch: string;
  /** Of `slipway.yaml`, below the repository's root. */
  readonly folder: string;
}

/**
 * What is given comes first; the rest is read from the repository that is cloned, where that is on this machine, else from
 * the one around the folder. @param isLocal pushes are delivered from this machine, which then is where the build worker
 * clones from: without a remote, the repository itself. @throws UsageError that names the missing flag
 */
export function serviceSource(given: Partial<ServiceSource>, folder: string, isLocal: boolean): ServiceSource {
  const around = readRepository(folder);
  const cloneUrl = given.cloneUrl ?? around?.remote?.cloneUrl ?? (isLocal && around ? fileUrl(around) : undefined);
  if (cloneUrl === undefined) throw new UsageError('where it is cloned from is not known: give --clone-url <url>');
  const cloned = given.cloneUrl === undefined ? null : clonedFolder(given.cloneUrl);
  const described = cloned === null ? around : repositoryAt(cloned, around);
  const here = clonedFolder(cloneUrl);
  const repository = given.repository ?? described?.remote?.name ?? (here === null ? undefined : localName(here));
  if (repository === undefined) throw new UsageError('how the code review names it is not known: give --repository');
  // A clone URL of another place says nothing of the folder that one stands in.
  const below = given.cloneUrl === undefined || cloned !== null ? described?.folder : undefined;
  return {
    repository,
    cloneUrl,
    branch: given.branch ?? described?.branch ?? 'main',
    folder: given.folder ?? below ?? '.',
  };
}

/** Around its root the place that one stands in counts, as without a flag. */
const repositoryAt = (folder: string, around: Repository | null): Repository | null =>
  folder === around?.root ? around : readRepository(folder);
