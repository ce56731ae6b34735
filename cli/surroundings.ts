/** What a command sees around itself: a process has one, and a test makes its own. */
export interface Surroundings {
  readonly environment: NodeJS.ProcessEnv;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  /** Aborts at Ctrl-C. */
  readonly interrupted: AbortSignal;
}
