import path from 'node:path';
import { Command, InvalidArgumentError } from 'commander';

/** What `npm run crash` was asked for. */
export interface CrashOptions {
  readonly runs: number;
  /** The same seed draws the same runs. */
  readonly seed: number;
  readonly json: string | null;
  readonly regions: number;
  /** In each region. */
  readonly hosts: number;
  /** Leave the stack's folder behind. */
  readonly keep: boolean;
}

/** Reads the command line; prints help or the mistake and ends the process when there is nothing to run. */
export function readCrashOptions(argv: readonly string[]): CrashOptions {
  const command = new Command('npm run crash --')
    .description('Kills programs of an embedded Slipway in the middle of deployments, and checks what it promises.')
    .option('--runs <n>', 'deployments, each with one to three kills', wholeNumber(1), 10)
    .option('--seed <n>', 'draws the runs', wholeNumber(0), 1)
    .option('--json <file>', 'write what was found to a file')
    .option('--regions <n>', 'regions', wholeNumber(1), 5)
    .option('--hosts <n>', 'hosts in each region', wholeNumber(1), 2)
    .option('--keep', 'leave the data directory behind', false);
  command.parse([...argv], { from: 'user' });
  const { json, ...given } = command.opts<Omit<CrashOptions, 'json'> & { readonly json?: string }>();
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
