import { readFileSync } from 'node:fs';
import { isAlive } from '../../../agent/process-identity.ts';
import { createApiClient, type ApiClient } from '../../../cli/api-client.ts';
import { hostId, regionName, type HostId, type RegionName } from '../../../domain/names.ts';
import type { ProcessIdentity } from '../../../domain/host/service-state.ts';
import { dataDirectory, type DataDirectory } from '../../../infra/local/data-directory.ts';
import { readRegister } from '../../../infra/local/process-register.ts';
import { personTokenFile } from '../../../infra/local/programs.ts';
import { readOrMakeSecrets, type StackSecrets } from '../../../infra/local/stack-secrets.ts';

export interface Place {
  readonly host: HostId;
  readonly region: RegionName;
}

export interface StackAddresses {
  readonly api: string;
  /** host:port */
  readonly temporal: string;
  readonly centralDatabase: string;
  readonly regionDatabases: ReadonlyMap<RegionName, string>;
}

/** An embedded stack as its data directory and its processes show it, whoever started it. */
export interface RunningStack {
  readonly data: DataDirectory;
  readonly addresses: StackAddresses;
  readonly secrets: StackSecrets;
  readonly regions: readonly RegionName[];
  readonly places: readonly Place[];
  /** Names of all that the supervisor keeps running. */
  readonly programs: readonly string[];
  /** `null` between two runs of the program. */
  programNow(name: string): ProcessIdentity | null;
  clientOf(person: string): ApiClient;
}

/** Looks at a stack all of whose programs run. @throws Error when one doesn't */
export function openRunningStack(root: string): RunningStack {
  const data = dataDirectory(root);
  const register = readRegister(data.processes);
  const programNow = (name: string): ProcessIdentity | null =>
    readRegister(data.processes).find((each) => each.name === name && isAlive(each)) ?? null;
  const variables = (name: string): ReadonlyMap<string, string> => environmentOf(name, programNow(name));
  const places = names(register, 'agent-').map((name) => placeOf(variables(name)));
  const regions = [...new Set(places.map(({ region }) => region))];
  const addresses = addressesOf(regions, variables);
  return {
    data,
    addresses,
    regions,
    places,
    programs: names(register, '').filter((name) => name !== 'supervisor'),
    secrets: readOrMakeSecrets(data.secrets),
    programNow,
    clientOf: (person) =>
      createApiClient(addresses.api, readFileSync(personTokenFile({ data }, person), 'utf8').trim()),
  };
}

const names = (register: readonly { readonly name: string }[], prefix: string): string[] =>
  register.map(({ name }) => name).filter((name) => name.startsWith(prefix));

function environmentOf(name: string, identity: ProcessIdentity | null): ReadonlyMap<string, string> {
  if (identity === null) throw new Error(`${name} does not run`);
  const lines = readFileSync(`/proc/${identity.pid}/environ`, 'utf8').split('\0').filter(Boolean);
  return new Map(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
}

const placeOf = (agent: ReadonlyMap<string, string>): Place => ({
  host: hostId(variable(agent, 'SLIPWAY_HOST')),
  region: regionName(variable(agent, 'SLIPWAY_REGION')),
});

function addressesOf(
  regions: readonly RegionName[],
  variables: (program: string) => ReadonlyMap<string, string>,
): StackAddresses {
  const api = variables('api');
  return {
    api: `http://${variable(api, 'SLIPWAY_API_LISTEN')}`,
    temporal: variable(api, 'SLIPWAY_TEMPORAL_ADDRESS'),
    centralDatabase: variable(api, 'SLIPWAY_CENTRAL_DATABASE_URL'),
    regionDatabases: new Map(
      regions.map((region) => [region, variable(variables(`gateway-${region}`), 'SLIPWAY_REGION_DATABASE_URL')]),
    ),
  };
}

function variable(environment: ReadonlyMap<string, string>, name: string): string {
  const value = environment.get(name);
  if (value === undefined) throw new Error(`a program was started without ${name}`);
  return value;
}
