import path from 'node:path';
import { Command, InvalidArgumentError } from 'commander';

/** What `npm start` was asked for. */
export interface StartOptions {
  readonly regions: number;
  /** Hosts in each region. */
  readonly hosts: number;
  readonly demo: boolean;
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

/** Reads the command line; prints help or the mistake and ends the process when there is nothing to start. */
export function readStartOptions(argv: readonly string[], projectRoot: string): StartOptions {
  const command = new Command('npm start --')
    .description('Starts Slipway on this machine, with everything it needs, and shows a deployment.')
    .option('--regions <n>', 'regions', wholeNumber(1, regionNames.length), 5)
    .option('--hosts <n>', 'hosts in each region', wholeNumber(1, 20), 2)
    .option('--no-demo', 'only start; deploy nothing')
    .option('--once', 'end after the demonstration', false)
    .option('--json <file>', 'write the figures of this run to a file')
    .option('--data <directory>', 'where everything is kept', path.join(projectRoot, '.slipway'))
    .option('--reset', 'end what runs from an earlier start and begin anew', false);
  command.parse([...argv], { from: 'user' });
  const given = command.opts<{
    regions: number;
    hosts: number;
    demo: boolean;
    once: boolean;
    json?: string;
    data: string;
    reset: boolean;
  }>();
  return {
    regions: given.regions,
    hosts: given.hosts,
    demo: given.demo,
    once: given.once,
    json: given.json === undefined ? null : path.resolve(given.json),
    dataDirectory: path.resolve(given.data),
    reset: given.reset,
  };
}

function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < least || value > most)
      throw new InvalidArgumentError(`a whole number from ${least} to ${most}`);
    return value;
  };
}
