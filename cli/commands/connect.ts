import type { Command } from 'commander';
import { printAccepted } from '../accepted.ts';
import { problemCode } from '../../protocol/api/problems.ts';
import { ApiProblemError } from '../api-client.ts';
import { callInsistently } from '../insistent-call.ts';
import { objectArgument } from '../object-argument.ts';
import { readRepository } from '../repository.ts';
import { withSharedFlags, type Session, type SharedFlags } from '../session.ts';
import { UsageError } from '../usage-error.ts';
import type { CarryOut } from './command.ts';

interface ConnectFlags extends SharedFlags {
  readonly repository?: string;
  readonly cloneUrl?: string;
  readonly branch?: string;
  readonly folder?: string;
  readonly owners?: string;
}

/** `connect <service>`: from now on merges of its repository are deployed. */
export function addConnectCommand(program: Command, carryOut: CarryOut): void {
  withSharedFlags(program.command('connect <service>'))
    .description('deploy the merges of a repository: of the one around this folder, unless flags say otherwise')
    .option('--repository <owner/name>', 'as the code review names it')
    .option('--clone-url <url>', 'where the build worker clones it from, without a password')
    .option('--branch <name>', 'merges into it are deployed')
    .option('--folder <path>', "folder of slipway.yaml below the repository's root")
    .option('--owners <persons>', 'who owns it: ada,mo (left out, as they are)')
    .action((text: string, flags: ConnectFlags) =>
      carryOut(flags, (session) => connect(session, objectArgument(text, 'service').service, flags)),
    );
}

async function connect(session: Session, service: string, flags: ConnectFlags): Promise<void> {
  const { client, output, interrupted: signal } = session;
  const around = readRepository(process.cwd());
  const cloneUrl = flags.cloneUrl ?? around?.remote?.cloneUrl;
  const repository = flags.repository ?? around?.remote?.name;
  if (cloneUrl === undefined) throw new UsageError('where it is cloned from is not known: give --clone-url <url>');
  if (repository === undefined) throw new UsageError('how the code review names it is not known: give --repository');
  const branch = flags.branch ?? around?.branch ?? 'main';
  const folder = flags.folder ?? (flags.cloneUrl === undefined ? around?.folder : undefined) ?? '.';
  await session.introduce();
  const owners = flags.owners?.split(',') ?? (await ownersOf(session, service));
  const body = { repository, cloneUrl, branch, folder, owners };
  const connected = await callInsistently(client, 'putService', { path: { service }, body, signal });
  const accepted = `${service} is ${repository}, folder ${folder}: merges into ${branch} are deployed`;
  const inEffect = `with the next merge, once the code review sends its pushes to ${client.url}/webhooks/github`;
  printAccepted(output, 'connect', { accepted, inEffect, next: `slipway watch ${service}` }, connected);
}

/** Of a service that is known already. */
async function ownersOf({ client, interrupted: signal }: Session, service: string): Promise<string[]> {
  try {
    return (await client.call('showService', { path: { service }, signal })).owners;
  } catch (error) {
    if (error instanceof ApiProblemError && problemCode(error.problem) === 'not-found') return [];
    throw error;
  }
}
