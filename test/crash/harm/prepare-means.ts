import path from 'node:path';
import { Connection } from '@temporalio/client';
import { hostId, regionName, type HostId } from '../../../domain/names.ts';
import { hostsOf, type Program, type StackShape } from '../../../infra/local/programs.ts';
import type { Preparation } from '../../../infra/local/temporary-stack.ts';
import { byItsLinks, openCentreLinks, type CentreLinks } from './centre-links.ts';
import { openClocks, type HostClocks } from './clocks.ts';
import type { Means } from './means.ts';
import type { Disk } from '../scenario/fault.ts';
import { makeOwnDisks, type DiskSize } from './own-disks.ts';

/** An agent needs 64 MiB free before it fetches anything. */
const sizesMiB = { host: 96, store: 48, scratch: 96 } as const;

/** Makes everything ready by which a stack, which is about to start, can be harmed. */
export async function prepareMeans(shape: StackShape): Promise<Preparation & { readonly means: Means }> {
  const clocks = openClocks(
    path.join(shape.data.root, 'run'),
    hostsOf(shape).map(({ host }) => hostId(host)),
  );
  const links = new Map<string, CentreLinks>();
  for (const region of shape.regions) links.set(region, await openCentreLinks(shape));
  const disks = process.getuid?.() === 0 ? await makeOwnDisks(disksOf(shape)) : null;
  const temporal = Connection.lazy({ address: `127.0.0.1:${shape.addresses.temporal}` });
  return {
    means: { disks, clocks, temporal, links: linksOf(links) },
    adjust: (program) => adjusted(program, links, clocks),
    async close({ keep }) {
      for (const { temporal, api } of links.values()) [temporal, api].forEach((link) => link.close());
      await temporal.close();
      if (!keep) await disks?.close();
    },
  };
}

const linksOf = (links: ReadonlyMap<string, CentreLinks>): Means['links'] =>
  new Map([...links].map(([region, { temporal, api }]) => [regionName(region), [temporal, api]]));

function disksOf(shape: StackShape): ReadonlyMap<Disk, DiskSize> {
  const { data, regions, scratch } = shape;
  const disks = new Map<Disk, DiskSize>([['scratch', { folder: scratch, sizeMiB: sizesMiB.scratch }]]);
  for (const { host } of hostsOf(shape))
    disks.set(`host-${host}`, { folder: data.agent(host), sizeMiB: sizesMiB.host });
  for (const region of regions)
    disks.set(`store-${region}`, { folder: data.regionStore(region), sizeMiB: sizesMiB.store });
  return disks;
}

/** A region's worker reaches the centre by its links, an agent tells the time by its own clock. */
function adjusted(program: Program, links: ReadonlyMap<string, CentreLinks>, clocks: HostClocks): Program {
  const { name, command } = program;
  if (!name.startsWith('agent-')) return byItsLinks(program, links);
  const { args, env } = clocks.of(name.replace(/^agent-/, '') as HostId);
  return { ...program, command: { ...command, args: [...args, ...command.args], env: { ...command.env, ...env } } };
}
