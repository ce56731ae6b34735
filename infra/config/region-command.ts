import { z } from 'zod';
import type { RegionName } from '../../domain/names.ts';
import {
  databaseUrlVariable,
  folderVariable,
  programVariables,
  readableFileVariable,
  readEnvironment,
  regionVariable,
} from './environment.ts';
import type { Environment } from './environment.ts';

/** What `slipway-region` needs: no Temporal and no centre, so that it works while both are gone. */
export interface RegionCommandConfig {
  readonly region: RegionName;
  readonly databaseUrl: string;
  /** Ed25519 private key, PEM: signs this region's goals. */
  readonly directorKeyFile: string;
  /** Signed root document. */
  readonly rootFile: string;
  /** The region's store: it holds the number of the last goal. */
  readonly store: string;
}

/** A part of those of the region's worker: the same file sets up both. */
export const regionCommandVariables = z.object({
  SLIPWAY_LOG_LEVEL: programVariables.SLIPWAY_LOG_LEVEL,
  SLIPWAY_REGION: regionVariable,
  SLIPWAY_REGION_DATABASE_URL: databaseUrlVariable,
  SLIPWAY_DIRECTOR_KEY_FILE: readableFileVariable,
  SLIPWAY_ROOT_FILE: readableFileVariable,
  SLIPWAY_REGION_STORE: folderVariable,
});

/** @throws EnvironmentError */
export function readRegionCommandConfig(environment: Environment): RegionCommandConfig {
  const read = readEnvironment(regionCommandVariables, environment);
  return {
    region: read.SLIPWAY_REGION,
    databaseUrl: read.SLIPWAY_REGION_DATABASE_URL,
    directorKeyFile: read.SLIPWAY_DIRECTOR_KEY_FILE,
    rootFile: read.SLIPWAY_ROOT_FILE,
    store: read.SLIPWAY_REGION_STORE,
  };
}
