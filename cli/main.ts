/** `slipway <verb> [<object>]` */
import { CommanderError } from 'commander';
import type { CarryOut } from './commands/command.ts';
import { exitCodeOfError, exitCodes } from './exit-code.ts';
import { createOutput, reportError } from './output.ts';
import { createProgram } from './program.ts';
import { openSession } from './session.ts';
import { UsageError } from './usage-error.ts';

const interrupted = new AbortController();
// A terminal's Ctrl-C arrives twice: by itself and by the launcher.
process.on('SIGINT', () => interrupted.abort(new Error('interrupted')));
// Who reads us may have had enough (`slipway watch … | head`): that is no fault of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) =>
  process.exit(error.code === 'EPIPE' ? 0 : exitCodes.fault),
);

let exitCode: number = exitCodes.done;
const carryOut: CarryOut = Object.assign(
  async (...[flags, act]: Parameters<CarryOut>) => {
    exitCode = (await act(openSession(flags, interrupted.signal))) ?? exitCodes.done;
  },
  {
    async here(...[flags, act]: Parameters<CarryOut['here']>) {
      exitCode = (await act(createOutput(flags.json === true), interrupted.signal)) ?? exitCodes.done;
    },
  },
);

try {
  await createProgram(carryOut).parseAsync();
} catch (error) {
  exitCode = exitCodeOf(error);
}
process.exitCode = exitCode;

function exitCodeOf(error: unknown): number {
  const isJson = process.argv.includes('--json');
  if (interrupted.signal.aborted) return exitCodes.interrupted;
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return exitCodes.done;
    reportError(new UsageError(error.message.replace(/^error: /, '')), isJson);
    return exitCodes.usage;
  }
  reportError(error, isJson);
  return exitCodeOfError(error);
}
