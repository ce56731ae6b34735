import path from 'node:path';
import type { RegionName } from '../domain/names.ts';
import { keyFiles } from '../infra/keys/create-trust.ts';
import { startProgram, type StartedProgram } from './started-program.ts';

/** A gateway as it is started in earnest. */
export interface GatewayProgram {
  readonly program: StartedProgram;
  readonly url: string;
  /** Where its operators reach it; `null` unless its environment says so. */
  readonly operatorsUrl: string | null;
}

/** What the gateways of one region share. */
export interface GatewayPlace {
  readonly region: RegionName;
  readonly databaseUrl: string;
  /** With `keys`, as `createTrust` makes it, and `store`. */
  readonly folder: string;
}

/**
 * @param port any when it is 0
 * @param openFiles how many it may have open
 */
export async function startGatewayProgram(
  { region, databaseUrl, folder }: GatewayPlace,
  port = 0,
  environment: Readonly<Record<string, string>> = {},
  openFiles?: number,
): Promise<GatewayProgram> {
  const variables = {
    SLIPWAY_PROGRAM: 'gateway',
    SLIPWAY_DATA: folder,
    SLIPWAY_REGION: region,
    SLIPWAY_REGION_DATABASE_URL: databaseUrl,
    SLIPWAY_REGION_STORE: path.join(folder, 'store'),
    SLIPWAY_GATEWAY_LISTEN: `127.0.0.1:${port}`,
    SLIPWAY_AUTHORITY_KEY_FILE: path.join(folder, 'keys', keyFiles.authority(region)),
    SLIPWAY_ROOT_FILE: path.join(folder, 'keys', keyFiles.root),
    ...environment,
  };
  const program = startProgram('api/gateway/main.ts', variables, openFiles);
  const ready = JSON.parse(await program.says('"msg":"ready"')) as {
    readonly port: number;
    readonly operatorsPort?: number;
  };
  const operatorsUrl = ready.operatorsPort === undefined ? null : `http://127.0.0.1:${ready.operatorsPort}`;
  return { program, url: `https://127.0.0.1:${ready.port}`, operatorsUrl };
}
