import type { Command } from 'commander';
import type { SignedIn } from '../protocol/api/people.ts';
import { createApiClient, type ApiClient } from './api-client.ts';
import { callInsistently } from './insistent-call.ts';
import { createOutput, type Output } from './output.ts';
import { readSettings, type SettingFlags } from './settings.ts';
import type { Surroundings } from './surroundings.ts';
import { openTerminal, type Terminal } from './terminal.ts';

/** One run of a command that talks to the api. */
export interface Session {
  readonly client: ApiClient;
  readonly output: Output;
  /** `null` where nobody could answer. */
  readonly terminal: Terminal | null;
  readonly around: Surroundings;
  /** Aborts at Ctrl-C. */
  readonly interrupted: AbortSignal;
  /** Who acts; says on stderr where and as whom, before anything is changed. */
  introduce(): Promise<SignedIn>;
}

export interface OutputFlags {
  readonly json?: true;
}

export interface SharedFlags extends SettingFlags, OutputFlags {}

export const withOutputFlags = (command: Command): Command => command.option('--json', 'print JSON instead of text');

/** Flags that every command has which talks to the api; they may stand behind the verb. */
export const withSharedFlags = (command: Command): Command =>
  withOutputFlags(command)
    .option('--api <url>', 'address of the api (SLIPWAY_API)')
    .option('--token-file <path>', 'file that holds your token (or SLIPWAY_TOKEN)')
    .option('--profile <name>', 'profile to use (SLIPWAY_PROFILE)');

/** @throws UsageError */
export function openSession(flags: SharedFlags, around: Surroundings): Session {
  const { interrupted, environment } = around;
  const { profile, api, token } = readSettings(flags, environment);
  const client = createApiClient(api, token);
  const output = createOutput(flags.json === true, around);
  return {
    client,
    output,
    terminal: openTerminal(around),
    around,
    interrupted,
    async introduce() {
      const me = await callInsistently(client, 'me', { signal: interrupted });
      output.note(`${profile === null || profile === me.person ? api : `${profile} (${api})`} as ${me.person}`);
      return me;
    },
  };
}
