import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { CommanderError } from 'commander';
import { EnvironmentError, type Environment } from '../../infra/config/environment.ts';
import { readRegionCommandConfig } from '../../infra/config/region-command.ts';
import { KeyFileError } from '../../infra/keys/read-keys.ts';
import { isDatabaseUnavailable } from '../../infra/postgres/availability.ts';
import { WrongRegionError } from '../../infra/postgres/region/region-database.ts';
import { RestoredDatabaseError } from '../../infra/postgres/region/restore-guard.ts';
import { exitCodes, RegionCommandError } from './command-error.ts';
import { createRegionProgram, type CarryOut } from './program.ts';
import { openRegion } from './region.ts';
import { createOutput, whoIsHere, type Surroundings } from './surroundings.ts';

/** Answers the exit code; what went wrong has been said on stderr. */
export async function runRegionCommand(args: readonly string[], around: Surroundings): Promise<number> {
  const isJson = args.includes('--json');
  let exitCode: number = exitCodes.done;
  const carryOut: CarryOut = async (act) => {
    const { environment: file } = program.opts<{ readonly environment?: string }>();
    const region = await openRegion(readRegionCommandConfig({ ...around.environment, ...variablesOf(file) }));
    try {
      const output = createOutput(around, isJson);
      exitCode = (await act({ region, output, by: whoIsHere(around.environment) })) ?? exitCodes.done;
    } finally {
      await region.close();
    }
  };
  const program = createRegionProgram(carryOut, around);
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return exitCodes.done;
    return reported(error, isJson, around.stderr);
  }
}

/** As init systems write them: `NAME=value`, a line each. @throws RegionCommandError `usage` */
function variablesOf(file: string | undefined): Environment {
  if (file === undefined) return {};
  try {
    return parseEnv(readFileSync(file, 'utf8')) as Environment;
  } catch (error) {
    throw new RegionCommandError('usage', `--environment: ${(error as Error).message}`);
  }
}

function reported(error: unknown, isJson: boolean, stderr: NodeJS.WritableStream): number {
  const { code, message, next } = problemOf(error);
  if (isJson) stderr.write(`${JSON.stringify({ error: { code, message, next } })}\n`);
  else stderr.write(`error: ${message}\n${next === null ? '' : `next: ${next}\n`}`);
  return exitCodes[code];
}

interface Problem {
  readonly code: keyof typeof exitCodes;
  readonly message: string;
  readonly next: string | null;
}

function problemOf(error: unknown): Problem {
  const { message } = error as Error;
  if (error instanceof RegionCommandError) return { code: error.code, message, next: error.next };
  if (error instanceof CommanderError) {
    return { code: 'usage', message: message.replace(/^error: /, ''), next: 'slipway-region --help names the verbs' };
  }
  if (error instanceof EnvironmentError || error instanceof KeyFileError || error instanceof WrongRegionError) {
    return { code: 'usage', message, next: "give it the environment of the region's worker: --environment <file>" };
  }
  if (error instanceof RestoredDatabaseError) {
    return { code: 'refused', message, next: "the region's worker does that by itself once the centre answers" };
  }
  if (isDatabaseUnavailable(error)) {
    return { code: 'fault', message: `the region's database does not answer: ${message}`, next: null };
  }
  return { code: 'fault', message, next: null };
}
