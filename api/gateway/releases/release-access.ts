import type { Logger } from 'pino';
import { mayHaveFiles } from '../../../domain/goal/may-have-files.ts';
import type { Digest, ServiceName } from '../../../domain/names.ts';
import { ProblemError } from '../../http/problem-error.ts';
import type { GoalBoard } from '../goals/goal-board.ts';
import type { KnownHost } from '../host-identity.ts';
import type { HostMemory } from '../identity/host-memory.ts';
import type { PublishedReleases } from './published-releases.ts';

/**
 * Whether a host is given files of a release that is published here. What the gateway remembers is enough to give them; to
 * refuse them the region is asked how it is now: the host may have heard of a goal from another gateway.
 * @throws ProblemError `unavailable` while the goals that decide it are not known; what a database that is away throws
 */
export type IsGiven = (host: KnownHost, of: Files) => Promise<boolean>;

interface Files {
  readonly release: Digest;
  readonly service: ServiceName;
}

export interface AccessParts {
  readonly board: Pick<GoalBoard, 'isLoaded' | 'isClosed' | 'placementsOf'>;
  readonly hosts: Pick<HostMemory, 'find'>;
  readonly releases: Pick<PublishedReleases, 'readPlacements'>;
  readonly onWithheld: (host: KnownHost, of: Files) => void;
}

const tryAgainSeconds = 3;

export const releaseAccess =
  ({ board, hosts, releases, onWithheld }: AccessParts): IsGiven =>
  async (host, files) => {
    const { service } = files;
    const isKnown = board.isLoaded() && !board.isClosed();
    const may = mayHaveFiles({ ...host, service, placements: isKnown ? board.placementsOf(service) : null });
    if (may === 'unknown')
      throw new ProblemError('unavailable', { detail: 'the goals of this region are being read' }, tryAgainSeconds);
    if (may === 'yes') return true;
    const now = (await hosts.find(host.id, () => false)) ?? host;
    const placements = await releases.readPlacements(service);
    if (mayHaveFiles({ ...now, service, placements }) === 'yes') return true;
    onWithheld(now, files);
    return false;
  };

/** Of one host once a minute, so that none fills a disk with them: the counter has them all. */
const toldAgainMs = 60_000;
/** Who asks for what is not for it: few, as long as nothing is wrong. */
const mostTold = 1_000;

export function tellWithheld(log: Logger, now: () => number = () => performance.now()): AccessParts['onWithheld'] {
  const told = new Map<KnownHost['id'], number>();
  return ({ id: host }, { service, release }) => {
    const toldMs = told.get(host);
    if (toldMs !== undefined && now() - toldMs < toldAgainMs) return;
    told.delete(host);
    told.set(host, now());
    if (told.size > mostTold) told.delete(told.keys().next().value!); // the one that was told first
    log.warn({ host, service, release }, 'files were withheld: no placement of the service includes the host');
  };
}
