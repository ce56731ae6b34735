import { existsSync } from 'node:fs';
import path from 'node:path';
import { Command } from 'commander';

const domain = path.resolve(import.meta.dirname, '../../domain');

/** What `npm run mutate` was asked for. */
export interface MutateOptions {
  /** Paths below `domain/`: folders or files; none is all of it. */
  readonly places: readonly string[];
  readonly json: string | null;
  /** In percent; below it the command fails. */
  readonly least: number;
  /** Tests that take longer are left out: the score is then at least that. `null`: none is. */
  readonly longestMs: number | null;
}

/** Where Stryker's options have it for our runner. */
export const longestTestMs = 'longestTestMs';

/** Reads the command line; prints help or the mistake and ends the process, with 2, when there is nothing to run. */
export function readMutateOptions(argv: readonly string[]): MutateOptions {
  const command = new Command('npm run mutate --')
    .description('Breaks domain/ in one place after the other, and says which break no test has noticed.')
    .argument(
      '[place...]',
      'folders or files below domain/, such as goal or goal/judge.ts; all of it when none is given',
    )
    .option('--json <file>', "write Stryker's report to a file")
    .option('--least <percent>', 'fail below this score', Number, 0)
    .option(
      '--longest <ms>',
      'leave out tests that take longer: quicker, and the score is at least what it says',
      Number,
    )
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));
  command.parse([...argv], { from: 'user' });
  for (const place of command.args)
    if (!existsSync(path.join(domain, place))) command.error(`error: there is no domain/${place}`);
  const {
    json,
    least,
    longest = null,
  } = command.opts<{
    readonly json?: string;
    readonly least: number;
    readonly longest?: number;
  }>();
  return { places: command.args, json: json === undefined ? null : path.resolve(json), least, longestMs: longest };
}
