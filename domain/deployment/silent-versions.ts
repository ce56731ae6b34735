/** Whether anybody goes on with what is pinned to a version of the control worker, by when its workers last asked for work. */

/** A worker asks anew within a minute: a version that nobody has asked for in so long has none. */
export const silentAfterMs = 90_000;

/** Of a version. */
export interface Heard {
  /** Its last poll, by a clock of somebody else's: only whether it moves says anything. `null`: none was ever known. */
  readonly polledAt: string | null;
  /** Since when that has stood, by the clock of who listens. */
  readonly sinceMs: number;
}

export type HeardVersions = ReadonlyMap<string, Heard>;

/** @param polls of every version that something may be pinned to, its last poll; `null` also for one that is forgotten by now */
export const hear = (before: HeardVersions, polls: ReadonlyMap<string, string | null>, nowMs: number): HeardVersions =>
  new Map(
    [...polls].map(([version, polledAt]) => {
      const known = before.get(version);
      const stands = known !== undefined && (polledAt === null || polledAt === known.polledAt);
      return [version, stands ? known : { polledAt, sinceMs: nowMs }];
    }),
  );

/** Who begins to listen hears of none before the time that a worker has. */
export const silentVersions = (heard: HeardVersions, nowMs: number): readonly string[] =>
  [...heard].filter(([, { sinceMs }]) => nowMs - sinceMs >= silentAfterMs).map(([version]) => version);
