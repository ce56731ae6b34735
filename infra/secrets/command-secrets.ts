import type { SecretRead, SecretSource } from '../../api/gateway/secrets/secret-source.ts';
import { secretMaxBytes } from '../../domain/secret/secret-names.ts';
import { runInGroup } from '../build/process-group.ts';
import { inPlaces } from './in-places.ts';

export interface CommandSecrets {
  /** argv; service and name are added as its last two arguments. */
  readonly command: readonly string[];
  /** Nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  /** Then it is asked to end, and killed 5 s later. */
  readonly timeoutMs?: number;
}

/** A host waits for 20 s. */
const usualTimeoutMs = 10_000;
/** So many at a time; others wait. */
const atOnce = 8;
/** Exit code of a command that knows that there is no such secret; by any other than 0 nobody can say. */
const absentExitCode = 4;

/** Secrets as the output of a command. What it prints is kept nowhere, not even when it fails: it may be half a secret. */
export function commandSecrets({ command, env, timeoutMs = usualTimeoutMs }: CommandSecrets): SecretSource {
  const places = inPlaces(atOnce);
  return { read: (service, name) => places.in(() => ask([...command, service, name], `secret ${name} of ${service}`)) };

  async function ask([file = '', ...args]: readonly string[], what: string): Promise<SecretRead> {
    const output: Buffer[] = [];
    const tooLarge = new AbortController();
    let bytes = 0;
    const end = await runInGroup({
      file,
      args,
      cwd: '/',
      env,
      account: null,
      timeoutMs,
      signal: tooLarge.signal,
      onOutput(piece, from) {
        if (from === 'stderr') return;
        bytes += piece.length;
        if (bytes > secretMaxBytes) tooLarge.abort();
        else output.push(piece);
      },
    });
    if (bytes > secretMaxBytes) return unreadable(`the ${what} is larger than ${secretMaxBytes} bytes`);
    if (end.ended === 'exited' && end.exitCode === 0) return { found: true, value: Buffer.concat(output) };
    if (end.ended === 'exited' && end.exitCode === absentExitCode)
      return { found: false, why: 'absent', reason: `this region has no ${what}` };
    return unreadable(`the ${what} can't be read: its command ${howEnded(end, timeoutMs)}`);
  }
}

function howEnded(
  { ended, exitCode, signal, problem }: Awaited<ReturnType<typeof runInGroup>>,
  timeoutMs: number,
): string {
  if (ended === 'not-started') return `can't be run (${problem})`;
  if (ended === 'timed-out') return `did not end within ${timeoutMs} ms`;
  return exitCode === null ? `was ended by ${signal}` : `exited with code ${exitCode}`;
}

const unreadable = (reason: string): SecretRead => ({ found: false, why: 'unreadable', reason });
