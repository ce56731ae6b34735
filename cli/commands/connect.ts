import type { Command } from 'commander';
import { printAccepted, type Accepted } from '../accepted.ts';
import { webhookSecretFile } from '../deliver/webhook-secret.ts';
import { callInsistently } from '../insistent-call.ts';
import { objectArgument } from '../object-argument.ts';
import { serviceSource, type ServiceSource } from '../service-source.ts';
import { withSharedFlags, type Session, type SharedFlags } from '../session.ts';
import type { CarryOut } from './command.ts';

interface ConnectFlags extends SharedFlags, Partial<ServiceSource> {
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
  const isLocal = webhookSecretFile(client.url, session.around.environment) !== null;
  const source = serviceSource(flags, process.cwd(), isLocal);
  await session.introduce();
  const body = { ...source, ...(flags.owners !== undefined && { owners: flags.owners.split(',') }) };
  const connected = await callInsistently(client, 'putService', { path: { service }, body, signal });
  const { repository, branch, folder } = source;
  const accepted = `${service} is ${repository}, folder ${folder}: merges into ${branch} are deployed`;
  printAccepted(output, 'connect', { accepted, ...mergesOf(service, client.url, isLocal) }, connected);
}

/** The embedded Slipway hears of a merge by a command: no code review reaches this machine. */
const mergesOf = (service: string, api: string, isLocal: boolean): Pick<Accepted, 'inEffect' | 'next'> =>
  isLocal
    ? { inEffect: 'with the next commit that slipway deliver tells of', next: 'slipway deliver' }
    : {
        inEffect: `with the next merge, once the code review sends its pushes to ${api}/webhooks/github`,
        next: `slipway watch ${service}`,
      };
