import type { ServerCommand } from './child-server.ts';
import type { ProcessRegister } from './process-register.ts';

export interface SupervisionOptions {
  readonly name: string;
  readonly command: ServerCommand;
  /** Receives standard output and error. A file, not a pipe: the process must outlive its supervisor unharmed. */
  readonly logFile: string;
  readonly register: ProcessRegister;
  /** Resolves when the process serves. Given the log's size at the start of the run, and a signal that it has ended. */
  readonly ready: (logStart: number, ended: AbortSignal) => Promise<void>;
  /** Told of each unexpected end, when it serves again, and once in each run that takes long to serve. */
  readonly onRestart: (restart: Restart) => void;
  /** What waits while it does not serve, for people: `deployments of an older version wait`. */
  readonly meanwhile?: string;
  /** What is long. Default: a minute. */
  readonly lateAfterMs?: number;
  /** Once it aborts nothing is started, and nothing that starts is waited for. */
  readonly stop?: AbortSignal;
}

/** A process that ended and is started again, or whose start takes long. */
export type Restart =
  | {
      readonly name: string;
      readonly phase: 'ended';
      /** `ended with SIGKILL` */
      readonly how: string;
      readonly againInMs: number;
      readonly logFile: string;
      readonly meanwhile?: string;
    }
  | {
      readonly name: string;
      readonly phase: 'late';
      readonly afterMs: number;
      readonly logFile: string;
      readonly meanwhile?: string;
    }
  /** `first`: it had not ended, its start took long. */
  | { readonly name: string; readonly phase: 'serves'; readonly afterMs: number; readonly first?: true };
