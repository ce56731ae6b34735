import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { createApiClient } from '../api-client.ts';
import type { Output } from '../output.ts';
import { withSharedFlags, type SharedFlags } from '../session.ts';
import { readSettings } from '../settings.ts';
import type { Surroundings } from '../surroundings.ts';
import type { CarryOut } from './command.ts';

export function addVersionCommand(program: Command, carryOut: CarryOut): void {
  withSharedFlags(program.command('version'))
    .description('the version of this command, and of the api if it answers')
    .action((flags: SharedFlags) => carryOut.here(flags, (output, around) => version(output, flags, around)));
}

async function version(output: Output, flags: SharedFlags, around: Surroundings): Promise<void> {
  const cli = ownVersion();
  const api = await versionOfApi(flags, around);
  output.line(`slipway ${cli}`);
  if (api !== null) output.line(`api     ${api.version}  ${api.url}`);
  output.document('version', { cli, api }, []);
}

function ownVersion(): string {
  const file = path.resolve(import.meta.dirname, '../../package.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { readonly version: string }).version;
}

/** Nobody waits long for it. */
const patienceMs = 2_000;

async function versionOfApi(flags: SharedFlags, { environment, interrupted }: Surroundings) {
  try {
    const { api: url, token } = readSettings(flags, environment);
    const signal = AbortSignal.any([interrupted, AbortSignal.timeout(patienceMs)]);
    const about = await createApiClient(url, token).call('about', { signal });
    return { url, version: about.version };
  } catch {
    interrupted.throwIfAborted();
    return null;
  }
}
