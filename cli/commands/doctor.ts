import type { Command } from 'commander';
import { createApiClient } from '../api-client.ts';
import { lookAround } from '../doctor/look.ts';
import { ill, type Finding } from '../doctor/finding.ts';
import { exitCodes } from '../exit-code.ts';
import type { Output } from '../output.ts';
import { withSharedFlags, type SharedFlags } from '../session.ts';
import { findSettings, readSettings } from '../settings.ts';
import type { Surroundings } from '../surroundings.ts';
import { textTable } from '../text-table.ts';
import { UsageError } from '../usage-error.ts';
import type { CarryOut } from './command.ts';

export function addDoctorCommand(program: Command, carryOut: CarryOut): void {
  withSharedFlags(program.command('doctor'))
    .description('look at everything between this terminal and a working Slipway; what to do where something is wrong')
    .action((flags: SharedFlags) => carryOut.here(flags, (output, around) => doctor(output, flags, around)));
}

async function doctor(output: Output, flags: SharedFlags, around: Surroundings): Promise<number> {
  const findings = await findingsOf(flags, around);
  const rows = textTable(findings.map(({ ok, name, text }) => [ok ? 'ok' : 'FAIL', name, text]));
  for (const [index, { todo }] of findings.entries()) {
    output.line(rows[index] ?? '');
    if (todo !== null) output.line(`      ${todo}`);
  }
  output.document('doctor', { checks: findings }, []);
  return findings.every(({ ok }) => ok) ? exitCodes.done : exitCodes.fault;
}

/** Settings that can't be used are a finding too; without a token the api can still be looked at. */
async function findingsOf(flags: SharedFlags, around: Surroundings): Promise<readonly Finding[]> {
  const { environment, interrupted } = around;
  try {
    const { api, token } = findSettings(flags, environment);
    const client = createApiClient(api.value, token === null ? noToken : readSettings(flags, environment).token);
    return await lookAround(client, interrupted);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return [ill('settings', error.message, 'see what is set, and by what: slipway config')];
  }
}

/** Nobody's. */
const noToken = 'none';
