/** A director's key, as one worker of the region was given it. */
export interface NamedDirector {
  readonly keyId: string;
  /** Of the root document that names this key. */
  readonly rootVersion: number;
}

/** The one that signs for a region. */
export interface HeardDirector extends NamedDirector {
  /** Since it last said so, ms. */
  readonly silentMs: number;
}

/** Several looks (workers/sign-again-loop.ts): a worker that is there has said so within. */
const silentAfterMs = 120_000;

/**
 * Who signs for the region when this one wants to; `null`: not this one, as another does that a newer root document names. One that
 * was not heard for two minutes is not waited for: that it was taken up may have been a mistake.
 */
export function directorAfter(held: HeardDirector, { keyId, rootVersion }: NamedDirector): NamedDirector | null {
  if (held.keyId === keyId) return { keyId, rootVersion: Math.max(held.rootVersion, rootVersion) };
  return held.rootVersion < rootVersion || held.silentMs > silentAfterMs ? { keyId, rootVersion } : null;
}
