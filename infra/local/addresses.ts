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
const firstInstance = 20_000;
export const instancePortsPerHost = 10;

/** Chooses every port; `onTaken` is told of each default that another program holds. */
export async function chooseAddresses(
  regions: number,
  onTaken: (name: string, chosen: ChosenPort) => void,
): Promise<Addresses> {
  const taken = new Set<number>();
  const choose = async (name: string, port: number): Promise<number> => {
    const chosen = await choosePort(port, taken);
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
  return { postgres, temporal, temporalUi, api, gateways, firstInstance };
}
