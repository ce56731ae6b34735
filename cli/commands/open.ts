import type { Command } from 'commander';
import { clockTime } from '../../domain/progress/plain-text.ts';
import { withSharedFlags, type Session, type SharedFlags } from '../session.ts';
import type { CarryOut } from './command.ts';

export function addOpenCommand(program: Command, carryOut: CarryOut): void {
  withSharedFlags(program.command('open'))
    .description('print a link that signs a browser in to the pages as you, once')
    .action((flags: SharedFlags) => carryOut(flags, open));
}

async function open({ client, output, interrupted }: Session): Promise<void> {
  const signIn = await client.signInUrl(interrupted);
  output.line(signIn.url);
  output.note(`good once, until ${clockTime(signIn.expiresAt)}`);
  output.document('open', signIn, []);
}
