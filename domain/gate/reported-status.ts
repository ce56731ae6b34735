import type { CommitStatus } from './commit-status.ts';

/** A status as a provider delivered it. */
export interface ReportedStatus extends CommitStatus {
  /** `acme/checkout` */
  readonly repository: string;
  readonly commit: string;
  /** The provider's own number of it: of two at the same time the higher is the newer. */
  readonly sequence: number;
}

/**
 * Whether a delivery replaces what is known of its context: by the provider's time, then by its number; what has ended replaces
 * what was pending. The same delivery again replaces nothing.
 */
export function isNewer(delivered: ReportedStatus, known: ReportedStatus): boolean {
  const later = Date.parse(delivered.at) - Date.parse(known.at) || delivered.sequence - known.sequence;
  return later === 0 ? known.state === 'pending' && delivered.state !== 'pending' : later > 0;
}
