import path from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { planted, type Planted } from './planted.ts';

/** What `npm run simulate` was asked for. */
export interface SimulateOptions {
  readonly seeds: number;
  readonly from: number;
  readonly json: string | null;
  /** Print what happens. */
  readonly trace: boolean;
  /** All courses of a small world instead of some of a larger one. */
  readonly exhaustive: boolean;
  /** With fewer troubles at once, for a test. */
  readonly short: boolean;
  /** A wrong decision in the place of a right one, to see what is said of a broken promise. */
  readonly plant?: Planted;
}

/** Reads the command line; prints help or the mistake and ends the process, with 2, when there is nothing to run. */
export function readSimulateOptions(argv: readonly string[]): SimulateOptions {
  const command = new Command('npm run simulate --')
    .description("Runs deployments in simulated worlds, by the product's own decisions, and checks what it promises.")
    .option('--seeds <n>', 'worlds, one a seed', wholeNumber(1), 1_000)
    .option('--from <seed>', 'the first seed', wholeNumber(0), 1)
    .option('--json <file>', 'write what was found to a file')
    .option('--trace', 'print the events of each seed', false)
    .option('--exhaustive', 'search all courses of a small world', false)
    .option('--short', 'with --exhaustive: only one trouble at once, in seconds', false)
    .addOption(new Option('--plant <mistake>', 'decide one thing wrongly').choices(Object.keys(planted)))
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));
  command.parse([...argv], { from: 'user' });
  const { json, ...given } = command.opts<Omit<SimulateOptions, 'json'> & { readonly json?: string }>();
  return { ...given, json: json === undefined ? null : path.resolve(json) };
}

function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!Number.isSafeInteger(value) || value < least)
      throw new InvalidArgumentError(`a whole number from ${least} on`);
    return value;
  };
}
