import { readdir } from 'node:fs/promises';
import { ownService } from '../../domain/host/own-service.ts';
import { isName, type ServiceName } from '../../domain/names.ts';
import { CommandError, exitCodes, usageError } from './command-error.ts';
import type { Surroundings } from './surroundings.ts';

/** Services of which this host has anything. */
export async function servicesHere({ directory }: Pick<Surroundings, 'directory'>): Promise<readonly ServiceName[]> {
  const folders = await readdir(directory.services);
  return (folders.filter(isName) as ServiceName[]).sort();
}

/** The one that was named; without a name the only one beside the agent's own. @throws CommandError */
export async function theService(around: Surroundings): Promise<ServiceName> {
  const here = await servicesHere(around);
  const { service, verb } = around.line;
  const list = here.join(', ') || 'none';
  if (service !== null) {
    if (here.includes(service)) return service;
    throw new CommandError('not-found', `this host has no service ${service}; it has: ${list}`, exitCodes.notFound);
  }
  const [only, ...others] = here.filter((each) => each !== ownService);
  if (only === undefined) throw new CommandError('not-found', 'this host has no service', exitCodes.notFound);
  if (others.length > 0) throw usageError(`this host has ${list}: name one, as in slipway-agent ${verb} ${only}`);
  return only;
}

/** The one that was named, or all. @throws CommandError */
export async function theServices(around: Surroundings): Promise<readonly ServiceName[]> {
  return around.line.service === null ? servicesHere(around) : [await theService(around)];
}
