import { Argument, type Command } from 'commander';
import { candidatesFor } from '../completion/candidates.ts';
import { liveNames } from '../completion/live-names.ts';
import { shells, shellScripts, type Shell } from '../completion/shell-scripts.ts';
import { openSession } from '../session.ts';
import type { Surroundings } from '../surroundings.ts';
import type { CarryOut } from './command.ts';

/** `completion <shell>`, and what its script asks at each Tab. */
export function addCompletionCommands(program: Command, carryOut: CarryOut): void {
  program
    .command('completion')
    .addArgument(new Argument('<shell>', 'which shell').choices(shells))
    .description('a script that lets the shell complete commands, services, releases and deployments')
    .action((shell: Shell) => carryOut.here({}, async (_, { stdout }) => void stdout.write(shellScripts[shell])));
  program
    .command('__complete', { hidden: true })
    .argument('[words...]')
    .allowUnknownOption()
    .action((words: readonly string[]) =>
      carryOut.here({}, async (_, around) => printCandidates(program, words, around)),
    );
}

/** A person waits at the prompt. */
const patienceMs = 1_500;

/** Silent when anything is wrong: an error in the middle of a line that is being typed helps nobody. */
async function printCandidates(program: Command, words: readonly string[], around: Surroundings): Promise<void> {
  const { environment, stdout } = around;
  const signal = AbortSignal.any([around.interrupted, AbortSignal.timeout(patienceMs)]);
  const ask = (service: string | null) => {
    const { client } = openSession({}, around);
    return liveNames(client, service, environment, signal);
  };
  try {
    const candidates = await candidatesFor(program, words, ask);
    stdout.write(candidates.map((candidate) => `${candidate}\n`).join(''));
  } catch {
    // Nothing to offer.
  }
}
