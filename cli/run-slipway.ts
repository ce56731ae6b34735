import { CommanderError } from 'commander';
import type { CarryOut } from './commands/command.ts';
import { exitCodeOfError, exitCodes } from './exit-code.ts';
import { createOutput, reportError } from './output.ts';
import { createProgram } from './program.ts';
import { openSession } from './session.ts';
import type { Surroundings } from './surroundings.ts';
import { UsageError } from './usage-error.ts';

/** `slipway <args>`. Answers the exit code; what went wrong has been said on stderr. */
export async function runSlipway(args: readonly string[], around: Surroundings): Promise<number> {
  let exitCode: number = exitCodes.done;
  const carryOut: CarryOut = Object.assign(
    async (...[flags, act]: Parameters<CarryOut>) => {
      exitCode = (await act(openSession(flags, around))) ?? exitCodes.done;
    },
    {
      async here(...[flags, act]: Parameters<CarryOut['here']>) {
        exitCode = (await act(createOutput(flags.json === true, around), around)) ?? exitCodes.done;
      },
    },
  );
  try {
    await createProgram(carryOut, around).parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    return codeOfThrown(error, args.includes('--json'), around);
  }
}

function codeOfThrown(error: unknown, isJson: boolean, { interrupted, stderr }: Surroundings): number {
  if (interrupted.aborted) return exitCodes.interrupted;
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return exitCodes.done;
    // Without a verb help is the answer, and has been given.
    if (error.code === 'commander.help') return exitCodes.usage;
    reportError(new UsageError(error.message.replace(/^error: /, '')), isJson, stderr);
    return exitCodes.usage;
  }
  reportError(error, isJson, stderr);
  return exitCodeOfError(error);
}
