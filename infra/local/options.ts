import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { usualDataDirectory } from './command-settings.ts';

/** What `npm start` was asked for. */
export interface StartOptions {
  readonly regions: number;
  /** Hosts in each region. */
  readonly hosts: number;
  /** `first`: at the first start with this data directory, and not again. */
  readonly demo: 'always' | 'first' | 'never';
  /** End after the demonstration, instead of staying up. */
  readonly once: boolean;
  /** File that receives the figures of the run. */
  readonly json: string | null;
  readonly dataDirectory: string;
  /** Begin with an empty data directory. */
  readonly reset: boolean;
}

/** Names of the regions, in the order in which `--regions` takes them. */
export const regionNames = [
  'eu-west',
  'us-east',
  'us-west',
  'ap-south',
  'sa-east',
  'eu-north',
  'ap-east',
  'af-south',
  'me-central',
  'ca-central',
] as const;

const examples = `
Examples:
  npm start                                   five regions, ten hosts; stays up until Ctrl-C
  npm start -- --regions 2 --hosts 1          less of everything
  npm start -- --once                         show the deployments, and end
  npm start -- --data /tmp/other --no-demo    a second one, beside the first`;

/** What its `--help` prints stands in `main.help.txt` too, for the launcher: a test says when they differ. */
export const startCommand = (): Command =>
  new Command('npm start --')
    .description('Starts Slipway on this machine, with everything it needs, and shows a deployment.')
    .option('--regions <n>', `regions, at most ${regionNames.length}`, wholeNumber(1, regionNames.length), 5)
    .option('--hosts <n>', 'hosts in each region, at most 20', wholeNumber(1, 20), 2)
    .option('--demo', 'the demonstration also when an earlier start has shown it: on top of what is there')
    .option('--no-demo', 'only start; deploy nothing')
    .option('--once', 'show the demonstration, and end')
    .option('--json <file>', 'write the figures of this run to a file', writableFile)
    .option('--data <directory>', 'where everything is kept (default: .slipway here)')
    .option('--reset', 'end what runs from an earlier start, delete its data and begin anew')
    .helpOption('-h, --help', 'print this')
    .allowExcessArguments(false)
    .showHelpAfterError('(all options: npm start -- --help)')
    .addHelpText('after', examples);

/** Reads the command line; prints help or the mistake and ends the process when there is nothing to start. */
export function readStartOptions(argv: readonly string[], projectRoot: string): StartOptions {
  const command = startCommand();
  command.parse([...argv], { from: 'user' });
  const given = command.opts<{
    regions: number;
    hosts: number;
    demo?: boolean;
    once?: true;
    json?: string;
    data?: string;
    reset?: true;
  }>();
  return {
    regions: given.regions,
    hosts: given.hosts,
    demo: demoOf(given),
    once: given.once ?? false,
    json: given.json ?? null,
    dataDirectory: path.resolve(given.data ?? usualDataDirectory(projectRoot)),
    reset: given.reset ?? false,
  };
}

function demoOf({ demo, once }: { readonly demo?: boolean; readonly once?: true }): StartOptions['demo'] {
  if (demo === undefined) return once === undefined ? 'first' : 'always';
  return demo ? 'always' : 'never';
}

function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < least || value > most)
      throw new InvalidArgumentError(`a whole number from ${least} to ${most}`);
    return value;
  };
}

/** Said before the run, not after it. */
function writableFile(text: string): string {
  const file = path.resolve(text);
  try {
    accessSync(path.dirname(file), constants.W_OK);
  } catch {
    throw new InvalidArgumentError(`no file can be written in ${path.dirname(file)}`);
  }
  return file;
}
