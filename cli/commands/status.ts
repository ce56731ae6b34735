import type { Command } from 'commander';
import { checkCode } from '../check-code.ts';
import { objectArgument } from '../object-argument.ts';
import { withSharedFlags, type Session, type SharedFlags } from '../session.ts';
import { readStatus, type Status, type StatusScope } from '../status.ts';
import { UsageError } from '../usage-error.ts';
import { watchStatus } from '../watch/watch-status.ts';
import type { CarryOut } from './command.ts';

interface StatusFlags extends SharedFlags {
  readonly region?: string;
  readonly check?: true;
  readonly watch?: true;
}

export function addStatusCommand(program: Command, carryOut: CarryOut): void {
  withSharedFlags(program.command('status [service]'))
    .description("what runs where, and why it isn't moving")
    .option('--region <region>', 'only what runs there')
    .option('--check', 'exit with 0 if settled, 3 locked, 6 failed and a person is needed, 7 it moves or waits')
    .option('--watch', 'and each change of it, until Ctrl-C')
    .action((service: string | undefined, flags: StatusFlags) =>
      carryOut(flags, (session) => status(session, service, flags)),
    );
}

async function status(session: Session, text: string | undefined, flags: StatusFlags): Promise<number | void> {
  const { region, check, watch } = flags;
  if (watch && check) throw new UsageError('--watch never ends by itself, so it goes without --check');
  const service = text === undefined ? null : objectArgument(text, 'service').service;
  const scope: StatusScope = { service, region: region ?? null };
  const read = (): Promise<Status> => readStatus(session, scope);
  const print = (shown: Status): void => printStatus(session.output, shown);
  const shown = await read();
  if (watch) return watchStatus(session, scope, { read, print });
  print(shown);
  if (check) return checkCode(shown.services);
}

function printStatus(output: Session['output'], { linesAt, document, next }: Status): void {
  linesAt(new Date()).forEach(({ text }) => output.line(text));
  output.document('status', document, next);
}
