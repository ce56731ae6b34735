/** `slipway <verb> [<object>]` */
import { Command, CommanderError } from 'commander';
import { addDeployCommand } from './commands/deploy.ts';
import { addDeploymentVerbs } from './commands/deployment-verbs.ts';
import { addServiceVerbs } from './commands/service-verbs.ts';
import { addStatusCommand } from './commands/status.ts';
import { addWatchCommand } from './commands/watch.ts';
import type { CarryOut } from './commands/command.ts';
import { exitCodeOfError, exitCodes } from './exit-code.ts';
import { reportError } from './output.ts';
import { openSession } from './session.ts';
import { UsageError } from './usage-error.ts';

const interrupted = new AbortController();
process.once('SIGINT', () => interrupted.abort(new Error('interrupted')));
// Who reads us may have had enough (`slipway watch … | head`): that is no fault of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) =>
  process.exit(error.code === 'EPIPE' ? 0 : exitCodes.fault),
);

let exitCode: number = exitCodes.done;
const carryOut: CarryOut = async (flags, act) => {
  exitCode = (await act(openSession(flags, interrupted.signal))) ?? exitCodes.done;
};

const program = new Command('slipway')
  .description('Deploys code to every region a company runs in.')
  .exitOverride()
  .configureOutput({ outputError: () => undefined });
addStatusCommand(program, carryOut);
addDeployCommand(program, carryOut);
addWatchCommand(program, carryOut);
addDeploymentVerbs(program, carryOut);
addServiceVerbs(program, carryOut);

try {
  await program.parseAsync();
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
