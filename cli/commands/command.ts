import type { Output } from '../output.ts';
import type { OutputFlags, Session, SharedFlags } from '../session.ts';
import type { Surroundings } from '../surroundings.ts';

type ExitCode = Promise<number | void>;

/** Carries commands out and keeps their exit code; without one it was done. */
export interface CarryOut {
  (flags: SharedFlags, act: (session: Session) => ExitCode): Promise<void>;
  /** A command that needs no api, or looks for it by itself. */
  here(flags: OutputFlags, act: (output: Output, around: Surroundings) => ExitCode): Promise<void>;
}
