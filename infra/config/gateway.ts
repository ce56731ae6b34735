import { z } from 'zod';
import { usualLifeMs } from '../../domain/host-identity/certificate-life.ts';
import type { RegionName } from '../../domain/names.ts';
import {
  databaseUrlVariable,
  folderVariable,
  listenVariable,
  programVariables,
  readableFileVariable,
  readEnvironment,
  regionVariable,
  type Environment,
  type ListenAddress,
} from './environment.ts';

/** What a gateway needs. It holds one key, its region's authority, and nothing that another copy of it couldn't read again. */
export interface GatewayConfig {
  readonly logLevel: string;
  readonly region: RegionName;
  readonly regionDatabaseUrl: string;
  readonly regionStore: string;
  readonly listen: ListenAddress;
  /** Ed25519 private key, PEM: certifies hosts and gateways of this region. */
  readonly authorityKeyFile: string;
  /** Signed root document. */
  readonly rootFile: string;
  readonly certificateLifeMs: number;
}

const dayMs = 86_400_000;

export const gatewayVariables = z.object({
  ...programVariables,
  SLIPWAY_REGION: regionVariable,
  SLIPWAY_REGION_DATABASE_URL: databaseUrlVariable,
  SLIPWAY_REGION_STORE: folderVariable,
  SLIPWAY_GATEWAY_LISTEN: listenVariable,
  SLIPWAY_AUTHORITY_KEY_FILE: readableFileVariable,
  SLIPWAY_ROOT_FILE: readableFileVariable,
  SLIPWAY_HOST_CERTIFICATE_DAYS: z.coerce
    .number()
    .min(0.0001)
    .max(366)
    .default(usualLifeMs / dayMs)
    .describe('a number of days, at most 366'),
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
    authorityKeyFile: read.SLIPWAY_AUTHORITY_KEY_FILE,
    rootFile: read.SLIPWAY_ROOT_FILE,
    certificateLifeMs: read.SLIPWAY_HOST_CERTIFICATE_DAYS * dayMs,
  };
}
