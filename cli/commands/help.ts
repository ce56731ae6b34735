import { Argument, type Command } from 'commander';
import { offlineLines } from '../offline-text.ts';
import type { Output } from '../output.ts';
import type { CarryOut } from './command.ts';

/** `help`, `help <command>`, `help offline`. To be added when all other commands are. */
export function addHelpCommand(program: Command, carryOut: CarryOut): void {
  const commands = program.commands.map((command) => command.name()).filter((name) => !name.startsWith('__'));
  program
    .command('help')
    .addArgument(new Argument('[topic]', 'what about').choices([...commands, 'offline']))
    .description('of a command; help offline: what can be done while the api does not answer')
    .action((topic?: string) => carryOut.here({}, async (output) => printHelp(program, output, topic)));
}

function printHelp(program: Command, output: Output, topic: string | undefined): void {
  if (topic === 'offline') return offlineLines.forEach((line) => output.line(line));
  const command = program.commands.find((each) => each.name() === topic) ?? program;
  command.outputHelp();
}
