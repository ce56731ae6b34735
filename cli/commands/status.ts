import type { Command } from 'commander';
import type { DeploymentSummary } from '../../protocol/api/deployment.ts';
import type { ServiceSummary } from '../../protocol/api/service.ts';
import { objectArgument } from '../object-argument.ts';
import { withSharedFlags, type Session, type SharedFlags } from '../session.ts';
import { overviewLines, serviceLines } from '../status-text.ts';
import type { CarryOut } from './command.ts';

export function addStatusCommand(program: Command, carryOut: CarryOut): void {
  withSharedFlags(program.command('status [service]'))
    .description("what runs where, and why it isn't moving")
    .action((service: string | undefined, flags: SharedFlags) =>
      carryOut(flags, (session) =>
        service === undefined ? showAll(session) : showOne(session, objectArgument(service, 'service').service),
      ),
    );
}

async function showOne({ client, output, interrupted: signal }: Session, name: string): Promise<void> {
  const service = await client.call('showService', { path: { service: name }, signal });
  const { active } = service.lane;
  const path = { service: name, deployment: active?.number ?? 0 };
  const deployment = active === null ? null : await client.call('showDeployment', { path, signal });
  const lines = serviceLines(service, deployment, new Date());
  lines.forEach((line) => output.line(line));
  output.document('status', { service, deployment }, [
    lines
      .at(-1)!
      .trim()
      .replace(/^next\s+/, ''),
  ]);
}

async function showAll({ client, output, interrupted: signal }: Session): Promise<void> {
  const services: ServiceSummary[] = [];
  const open: DeploymentSummary[] = [];
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page = await client.call('listServices', { query: { limit: 200, cursor }, signal });
    services.push(...page.items);
    cursor = page.next;
  }
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page = await client.call('listAllDeployments', { query: { limit: 200, open: true, cursor }, signal });
    open.push(...page.items);
    cursor = page.next;
  }
  overviewLines(services, open).forEach((line) => output.line(line));
  output.document('status', { services, open }, []);
}
