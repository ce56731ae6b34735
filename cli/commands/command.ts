import type { Session, SharedFlags } from '../session.ts';

/** Carries a command out and keeps its exit code; without one it was done. */
export type CarryOut = (flags: SharedFlags, act: (session: Session) => Promise<number | void>) => Promise<void>;
