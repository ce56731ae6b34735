/** From best to worst. */
export const commitStates = ['success', 'pending', 'error', 'failure'] as const;
export type CommitState = (typeof commitStates)[number];

/** What an existing CI says of one commit, under one name. */
export interface CommitStatus {
  /** `ci/lint` */
  readonly context: string;
  readonly state: CommitState;
  /** Where people read more. */
  readonly url: string | null;
  /** When it became so, by the provider's clock. RFC 3339, UTC. */
  readonly at: string;
}

/**
 * The newest of each context, by the provider's time: deliveries come late and in any order. Of two at the same time the
 * worse counts, because which came first is not known.
 */
export function newestByContext(statuses: readonly CommitStatus[]): ReadonlyMap<string, CommitStatus> {
  const newest = new Map<string, CommitStatus>();
  for (const status of statuses) {
    const other = newest.get(status.context);
    if (other === undefined || replaces(status, other)) newest.set(status.context, status);
  }
  return newest;
}

function replaces(status: CommitStatus, other: CommitStatus): boolean {
  const later = Date.parse(status.at) - Date.parse(other.at);
  return later === 0 ? badness(status) > badness(other) : later > 0;
}

const badness = ({ state }: CommitStatus): number => commitStates.indexOf(state);
