/** What of a region's own rollback or hold decides whether the service's lane is to be shut. */
export interface ToldAct {
  readonly verb: 'rollback' | 'hold';
  /** A deployment was open in the region: it meets the act when it goes on there. */
  readonly wasOpen: boolean;
  /** By the region's clock. */
  readonly atMs: number;
}

/**
 * Whether a lane is shut because of what was done inside a region. A deployment that was open there meets it by itself and
 * undoes, or asks a person. Where none was, or one that had ended for the centre, nobody would: the next merge would bring
 * the region forward again over its operator's head.
 */
export const shutsLane = ({ wasOpen, atMs }: ToldAct, deploymentEndedAtMs: number | null): boolean =>
  !wasOpen || (deploymentEndedAtMs !== null && deploymentEndedAtMs <= atMs);

/** One sentence for people; at most 500 characters, as a lock's reason may have. */
export const localActText = (
  verb: ToldAct['verb'],
  { region, by, reason }: { readonly region: string; readonly by: string; readonly reason: string },
): string => `${verb === 'hold' ? 'held' : 'rolled back'} in ${region} by ${by}: ${reason}`.slice(0, 500);
