import type { Logger } from 'pino';
import { mayHaveFiles } from '../../../domain/goal/may-have-files.ts';
import type { Digest, ServiceName } from '../../../domain/names.ts';
import { ProblemError } from '../../http/problem-error.ts';
import type { GoalBoard } from '../goals/goal-board.ts';
import type { KnownHost } from '../host-identity.ts';

/**
 * Whether a host is given files of a release that is published here, by what the gateway remembers: it asks nobody.
 * @throws ProblemError `unavailable` while the goals that decide it are not known
 */
export type IsGiven = (host: KnownHost, of: { readonly release: Digest; readonly service: ServiceName }) => boolean;

export interface AccessParts {
  readonly board: Pick<GoalBoard, 'isLoaded' | 'isClosed' | 'placementsOf'>;
  readonly log: Logger;
  readonly onWithheld: () => void;
}

const tryAgainSeconds = 3;

export const releaseAccess =
  ({ board, log, onWithheld }: AccessParts): IsGiven =>
  ({ id: host, labels, reports }, { release, service }) => {
    const isKnown = board.isLoaded() && !board.isClosed();
    const placements = isKnown ? board.placementsOf(service) : null;
    const may = mayHaveFiles({ service, labels, reports, placements });
    if (may === 'unknown')
      throw new ProblemError('unavailable', { detail: 'the goals of this region are being read' }, tryAgainSeconds);
    if (may === 'yes') return true;
    onWithheld();
    log.warn({ host, service, release }, 'files were withheld: no placement of the service includes the host');
    return false;
  };
