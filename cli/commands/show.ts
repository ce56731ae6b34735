import type { Command } from 'commander';
import { isName } from '../../domain/names.ts';
import type { Deployment } from '../../protocol/api/deployment.ts';
import type { LeftHost } from '../../protocol/api/left-hosts.ts';
import { everyPage } from '../every-page.ts';
import { leftHostCells } from '../list/left-hosts-listing.ts';
import { objectArgument } from '../object-argument.ts';
import { deploymentLines, regionLines, releaseLines } from '../show-text.ts';
import { withSharedFlags, type Session, type SharedFlags } from '../session.ts';
import { serviceDetails } from '../show-text.ts';
import { textTable } from '../text-table.ts';
import { UsageError } from '../usage-error.ts';
import type { CarryOut } from './command.ts';

export function addShowCommand(program: Command, carryOut: CarryOut): void {
  withSharedFlags(program.command('show <object> [region]'))
    .description('all that is known of checkout, checkout@412 or checkout/87; of a region: show region eu-west')
    .action((object: string, region: string | undefined, flags: SharedFlags) =>
      carryOut(flags, (session) =>
        region === undefined ? show(session, object) : showRegion(session, object, region),
      ),
    );
}

async function show(session: Session, text: string): Promise<void> {
  const object = objectArgument(text, 'service', 'release', 'deployment');
  const { client, output, interrupted: signal } = session;
  const { service } = object;
  const print = (lines: readonly string[]): void => lines.forEach((line) => output.line(line));
  const now = new Date();
  switch (object.kind) {
    case 'service': {
      const shown = await client.call('showService', { path: { service }, signal });
      print(serviceDetails(shown, now));
      return output.document('show-service', shown, [`slipway status ${service}`]);
    }
    case 'release': {
      const shown = await client.call('showRelease', { path: { service, release: object.release }, signal });
      print(releaseLines(shown));
      return output.document('show-release', shown, [`slipway plan ${shown.release}`]);
    }
    case 'deployment': {
      const path = { service, deployment: object.deployment };
      const [shown, { items: reports }] = await Promise.all([
        client.call('showDeployment', { path, signal }),
        client.call('listServiceHosts', { path: { service }, signal }),
      ]);
      // Of one that is over, what hosts report by now is of what came after it.
      const leftHosts = await leftBy(session, shown);
      print(deploymentLines(shown, shown.outcome === null ? reports : null, now));
      if (leftHosts.length > 0) print(['hosts that are not back', ...textTable(leftHosts.map(leftHostCells))]);
      const document = { ...shown, ...(leftHosts.length > 0 && { leftHosts }) };
      return output.document('show-deployment', document, [
        shown.why?.next.command ?? `slipway logs ${shown.deployment}`,
      ]);
    }
  }
}

/** All of them, however many: whoever looks after them needs each name. Of what was not undone there are none. */
async function leftBy({ client, interrupted: signal }: Session, deployment: Deployment): Promise<readonly LeftHost[]> {
  const { service, number, state, outcome } = deployment;
  if (state !== 'undoing' && outcome !== 'undone' && outcome !== 'failed') return [];
  const path = { service };
  return everyPage((page) =>
    client.call('listLeftHosts', { path, query: { ...page, deployment: number, region: undefined }, signal }),
  );
}

async function showRegion(session: Session, word: string, region: string): Promise<void> {
  if (word !== 'region' || !isName(region))
    throw new UsageError(`${JSON.stringify(`${word} ${region}`.slice(0, 80))} should be one object, or region eu-west`);
  const { client, output, interrupted: signal } = session;
  const shown = await client.call('showRegion', { path: { region }, signal });
  regionLines(shown, new Date()).forEach((line) => output.line(line));
  output.document('show-region', shown, [`slipway list hosts --region ${region}`]);
}
