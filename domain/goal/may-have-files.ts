import type { ServiceName } from '../names.ts';
import type { Placement, Selector } from './goal.ts';
import { isPlaced } from './selection.ts';

/** Who asks for files of a service's releases, as its region knows the host. */
export interface FilesAsk {
  readonly service: ServiceName;
  readonly labels: Selector;
  /** Services of which the region keeps what the host said: it keeps that of hosts which the service was once placed on. */
  readonly reports: readonly ServiceName[];
  /** The service's base and next in the goal; `null` while nobody can say. */
  readonly placements: readonly (Placement | null)[] | null;
}

/**
 * Whether a host may have the files of a service's releases, whichever of them. Where a placement includes it, and where it was
 * the service's: a pin runs on without its label, and has to be mended. `unknown`: goals that may include it are not known yet
 * (docs/decisions/071).
 */
export function mayHaveFiles({ service, labels, reports, placements }: FilesAsk): 'yes' | 'no' | 'unknown' {
  if (reports.includes(service)) return 'yes';
  if (placements === null) return 'unknown';
  return isPlaced(placements, labels) ? 'yes' : 'no';
}
