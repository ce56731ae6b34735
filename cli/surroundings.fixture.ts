import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { Surroundings } from './surroundings.ts';

export interface TestSurroundings {
  readonly around: Surroundings;
  /** As Ctrl-C does. */
  interrupt(): void;
  /** All that was written; nothing more can be. */
  written(): Promise<{ readonly stdout: string; readonly stderr: string }>;
}

/** As a script calls the command: pipes, and nobody who could answer. */
export function pipedSurroundings(environment: NodeJS.ProcessEnv = {}): TestSurroundings {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const read = Promise.all([text(stdout), text(stderr)]);
  const interrupted = new AbortController();
  const streams = { stdin, stdout, stderr } as unknown as Pick<Surroundings, 'stdin' | 'stdout' | 'stderr'>;
  return {
    around: { environment, ...streams, interrupted: interrupted.signal },
    interrupt: () => interrupted.abort(new Error('interrupted')),
    async written() {
      stdout.end();
      stderr.end();
      const [out, err] = await read;
      return { stdout: out, stderr: err };
    },
  };
}
