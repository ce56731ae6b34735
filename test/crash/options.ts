import path from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { faultKinds, pastHeartbeatMs } from './scenario/draw-faults.ts';
import type { FaultKind } from './scenario/fault.ts';
import { shapes, type Shape } from './scenario/scenario.ts';

/** What `npm run crash` was asked for. */
export interface CrashOptions {
  readonly runs: number;
  /** The same seed draws the same runs. */
  readonly seed: number;
  /** Only this one of them; `null`: all. */
  readonly only: number | null;
  /** All runs have this one; `null`: each in turn. */
  readonly shape: Shape | null;
  /** Of all faults; `null`: each in turn. */
  readonly fault: FaultKind | null;
  readonly json: string | null;
  readonly regions: number;
  /** In each region. */
  readonly hosts: number;
  /** How long a program is frozen. */
  readonly freezeMs: number;
  /** Leave the stack's folder behind. */
  readonly keep: boolean;
}

interface Given extends Omit<CrashOptions, 'json' | 'only' | 'shape' | 'fault' | 'freezeMs'> {
  readonly json?: string;
  readonly only?: number;
  readonly shape?: Shape;
  readonly fault?: FaultKind;
  readonly freeze: number;
}

/** Reads the command line; prints help or the mistake and ends the process when there is nothing to run. */
export function readCrashOptions(argv: readonly string[]): CrashOptions {
  const command = new Command('npm run crash --')
    .description('Harms an embedded Slipway in the middle of deployments, and checks what it promises.')
    .option('--runs <n>', 'deployments, each with one or two faults', wholeNumber(1), 10)
    .option('--seed <n>', 'draws the runs', wholeNumber(0), 1)
    .option('--only <n>', 'of these runs, this one alone', wholeNumber(1))
    .addOption(new Option('--shape <shape>', 'of all runs, instead of each in turn').choices(shapes))
    .addOption(new Option('--fault <kind>', 'of all faults, instead of each in turn').choices(faultKinds))
    .option('--json <file>', 'write what was found to a file')
    .option('--regions <n>', 'regions', wholeNumber(1), 5)
    .option('--hosts <n>', 'hosts in each region', wholeNumber(1), 2)
    .option('--freeze <s>', 'seconds for which a program is frozen', wholeNumber(1), pastHeartbeatMs / 1_000)
    .option('--keep', 'leave the data directory behind', false);
  command.parse([...argv], { from: 'user' });
  const { json, only, shape, fault, freeze, ...given } = command.opts<Given>();
  return {
    ...given,
    only: only ?? null,
    shape: shape ?? null,
    fault: fault ?? null,
    json: json === undefined ? null : path.resolve(json),
    freezeMs: freeze * 1_000,
  };
}

/** The command that does run `run` again, by itself. */
export function reproduce({ seed, regions, hosts, freezeMs, shape, fault }: CrashOptions, run: number): string {
  const given = [
    ...(freezeMs === pastHeartbeatMs ? [] : [`--freeze ${freezeMs / 1_000}`]),
    ...(shape === null ? [] : [`--shape ${shape}`]),
    ...(fault === null ? [] : [`--fault ${fault}`]),
  ];
  const drawn = [`--seed ${seed}`, `--regions ${regions}`, `--hosts ${hosts}`, ...given];
  return `npm run crash -- ${drawn.join(' ')} --runs ${run} --only ${run}`;
}

function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!Number.isSafeInteger(value) || value < least)
      throw new InvalidArgumentError(`a whole number from ${least} on`);
    return value;
  };
}
