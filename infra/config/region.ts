import { z } from 'zod';
import type { RegionName } from '../../domain/names.ts';
import {
  databaseUrlVariable,
  folderVariable,
  httpUrlVariable,
  programVariables,
  readableFileVariable,
  readEnvironment,
  regionVariable,
  temporalVariables,
} from './environment.ts';
import type { Environment } from './environment.ts';

/** What a region worker needs. It holds one key, the director's of its region, and reaches no other region. */
export interface RegionConfig {
  readonly logLevel: string;
  readonly temporal: { readonly address: string; readonly namespace: string };
  readonly region: RegionName;
  readonly databaseUrl: string;
  /** Ed25519 private key, PEM: signs this region's goals. */
  readonly directorKeyFile: string;
  /** Signed root document. */
  readonly rootFile: string;
  readonly centralStore: string;
  readonly store: string;
  /** Where summaries go. */
  readonly apiUrl: string;
  readonly regionTokenFile: string;
}

export const regionVariables = z.object({
  ...programVariables,
  ...temporalVariables,
  SLIPWAY_REGION: regionVariable,
  SLIPWAY_REGION_DATABASE_URL: databaseUrlVariable,
  SLIPWAY_DIRECTOR_KEY_FILE: readableFileVariable,
  SLIPWAY_ROOT_FILE: readableFileVariable,
  SLIPWAY_CENTRAL_STORE: folderVariable,
  SLIPWAY_REGION_STORE: folderVariable,
  SLIPWAY_API_URL: httpUrlVariable,
  SLIPWAY_REGION_TOKEN_FILE: readableFileVariable,
});

/** @throws EnvironmentError */
export function readRegionConfig(environment: Environment): RegionConfig {
  const read = readEnvironment(regionVariables, environment);
  return {
    logLevel: read.SLIPWAY_LOG_LEVEL,
    temporal: { address: read.SLIPWAY_TEMPORAL_ADDRESS, namespace: read.SLIPWAY_TEMPORAL_NAMESPACE },
    region: read.SLIPWAY_REGION,
    databaseUrl: read.SLIPWAY_REGION_DATABASE_URL,
    directorKeyFile: read.SLIPWAY_DIRECTOR_KEY_FILE,
    rootFile: read.SLIPWAY_ROOT_FILE,
    centralStore: read.SLIPWAY_CENTRAL_STORE,
    store: read.SLIPWAY_REGION_STORE,
    apiUrl: read.SLIPWAY_API_URL,
    regionTokenFile: read.SLIPWAY_REGION_TOKEN_FILE,
  };
}
