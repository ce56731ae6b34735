import { choosePort, type ChosenPort } from './port-choice.ts';

/** Ports of a stack, all on 127.0.0.1. */
export interface Addresses {
  readonly postgres: number;
  readonly temporal: number;
  readonly temporalUi: number;
  readonly api: number;
  /** In the order of the regions. */
  readonly gateways: readonly number[];
  /** First of the ports for instances; each host has `instancePortsPerHost` of its own. */
  readonly firstInstance: number;
}

const wanted = { postgres: 15432, temporal: 7233, temporalUi: 8233, api: 8080, firstGateway: 8101 };
export const instancePortsPerHost = 10;
/** Each stack has a block of its own: 20 hosts in each of ten regions. Who starts an instance looks whether its port is free. */
const instances = { first: 20_000, block: 2_000 };

/** Chooses every port; `onTaken` is told of each default that another program holds. */
export async function chooseAddresses(
  regions: number,
  onTaken: (name: string, chosen: ChosenPort) => void,
): Promise<Addresses> {
  const choose = async (name: string, port: number, step?: number): Promise<number> => {
    const chosen = await choosePort(port, step);
    if (chosen.insteadOf !== null) onTaken(name, chosen);
    return chosen.port;
  };
  const gateways: number[] = [];
  const postgres = await choose('Postgres', wanted.postgres);
  const temporal = await choose('Temporal', wanted.temporal);
  const temporalUi = await choose('Temporal Web UI', wanted.temporalUi);
  const api = await choose('API', wanted.api);
  for (let index = 0; index < regions; index++)
    gateways.push(await choose(`gateway ${index + 1}`, wanted.firstGateway + index));
  const firstInstance = await choose('the first host', instances.first, instances.block);
  return { postgres, temporal, temporalUi, api, gateways, firstInstance };
}
