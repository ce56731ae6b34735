import { z } from 'zod';
import type { RegionName } from '../../domain/names.ts';
import {
  databaseUrlVariable,
  folderVariable,
  listenVariable,
  programVariables,
  readEnvironment,
  regionVariable,
  type Environment,
  type ListenAddress,
} from './environment.ts';

/** What a gateway needs: it holds no key, and nothing that another copy of it couldn't read again. */
export interface GatewayConfig {
  readonly logLevel: string;
  readonly region: RegionName;
  readonly regionDatabaseUrl: string;
  readonly regionStore: string;
  readonly listen: ListenAddress;
}

export const gatewayVariables = z.object({
  ...programVariables,
  SLIPWAY_REGION: regionVariable,
  SLIPWAY_REGION_DATABASE_URL: databaseUrlVariable,
  SLIPWAY_REGION_STORE: folderVariable,
  SLIPWAY_GATEWAY_LISTEN: listenVariable,
});

/** @throws EnvironmentError */
export function readGatewayConfig(environment: Environment): GatewayConfig {
  const read = readEnvironment(gatewayVariables, environment);
  return {
    logLevel: read.SLIPWAY_LOG_LEVEL,
    region: read.SLIPWAY_REGION,
    regionDatabaseUrl: read.SLIPWAY_REGION_DATABASE_URL,
    regionStore: read.SLIPWAY_REGION_STORE,
    listen: read.SLIPWAY_GATEWAY_LISTEN,
  };
}
