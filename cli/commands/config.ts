import type { Command } from 'commander';
import type { Output } from '../output.ts';
import { withSharedFlags, type SharedFlags } from '../session.ts';
import { embeddedProfilesFile, findSettings, profilesFile, type Sourced } from '../settings.ts';
import { textTable } from '../text-table.ts';
import type { CarryOut } from './command.ts';

export function addConfigCommand(program: Command, carryOut: CarryOut): void {
  withSharedFlags(program.command('config'))
    .description('each setting and where it comes from; the token is never shown')
    .action((flags: SharedFlags) =>
      carryOut.here(flags, (output, { environment }) => showConfig(output, flags, environment)),
    );
}

async function showConfig(output: Output, flags: SharedFlags, environment: NodeJS.ProcessEnv): Promise<void> {
  const { profile, api, token } = findSettings(flags, environment);
  const settings = [
    shown('profile', profile, 'none is used'),
    shown('api', api, ''),
    // The place of a token is no secret; the variable holds the token itself.
    shown('token', token && { ...token, value: token.value ?? 'set' }, 'none: set SLIPWAY_TOKEN, or give --token-file'),
    { name: 'profiles', value: profilesFile(environment), source: 'XDG_CONFIG_HOME, else ~/.config' },
    { name: 'embedded', value: embeddedProfilesFile, source: 'written by npm start in this checkout' },
  ];
  const rows = settings.map(({ name, value, source }) => [name, value ?? '–', source]);
  for (const line of textTable(rows)) output.line(line);
  output.document('config', { settings }, []);
}

const shown = (name: string, found: Sourced<string> | null, otherwise: string) =>
  found === null ? { name, value: null, source: otherwise } : { name, value: found.value, source: found.source };
