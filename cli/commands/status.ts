import type { Command } from 'commander';
import type { Deployment } from '../../protocol/api/deployment.ts';
import { problemOf } from '../../protocol/api/problems.ts';
import type { Service, ServiceSummary } from '../../protocol/api/service.ts';
import { everyPage } from '../every-page.ts';
import { ApiProblemError } from '../api-client.ts';
import { checkCode } from '../check-code.ts';
import { objectArgument } from '../object-argument.ts';
import { overviewLines } from '../overview-text.ts';
import { withSharedFlags, type Session, type SharedFlags } from '../session.ts';
import { serviceLines } from '../status-text.ts';
import type { CarryOut } from './command.ts';

interface StatusFlags extends SharedFlags {
  readonly region?: string;
  readonly check?: true;
}

export function addStatusCommand(program: Command, carryOut: CarryOut): void {
  withSharedFlags(program.command('status [service]'))
    .description("what runs where, and why it isn't moving")
    .option('--region <region>', 'only what runs there')
    .option('--check', 'exit with 0 if settled, 3 locked, 6 failed and a person is needed, 7 it moves or waits')
    .action((service: string | undefined, flags: StatusFlags) =>
      carryOut(flags, (session) =>
        service === undefined
          ? showAll(session, flags)
          : showOne(session, objectArgument(service, 'service').service, flags),
      ),
    );
}

async function showOne(session: Session, name: string, { region, check }: StatusFlags): Promise<number | void> {
  const { client, output, interrupted: signal } = session;
  const service = onlyIn(region, await client.call('showService', { path: { service: name }, signal }));
  if (region !== undefined && service.hosts.length === 0)
    throw new ApiProblemError(problemOf('not-found', { detail: `${name} runs nowhere in ${region}` }));
  const deployment = await activeOf(session, service);
  serviceLines(service, deployment, new Date()).forEach((line) => output.line(line));
  const command = (deployment?.why ?? service.why)?.next.command ?? null;
  output.document('status', { service, deployment }, command === null ? [] : [command]);
  if (check) return checkCode([service]);
}

async function activeOf(
  { client, interrupted: signal }: Session,
  { service, lane }: Service,
): Promise<Deployment | null> {
  if (lane.active === null) return null;
  return client.call('showDeployment', { path: { service, deployment: lane.active.number }, signal });
}

async function showAll({ client, output, interrupted: signal }: Session, flags: StatusFlags): Promise<number | void> {
  const { region, check } = flags;
  const all = await everyPage((query) => client.call('listServices', { query, signal }));
  const services = all
    .map((service) => onlyIn(region, service))
    .filter(({ hosts }) => region === undefined || hosts.length > 0);
  overviewLines(services, new Date()).forEach((line) => output.line(line));
  output.document('status', { services }, []);
  if (check) return checkCode(services);
}

const onlyIn = <Shown extends ServiceSummary>(region: string | undefined, service: Shown): Shown =>
  region === undefined ? service : { ...service, hosts: service.hosts.filter((each) => each.region === region) };
