import { z } from 'zod';
import { folderVariable, programVariables, readEnvironment, temporalVariables } from './environment.ts';
import type { Environment } from './environment.ts';

/** What the build worker needs. It holds no key and no database. */
export interface BuildConfig {
  readonly logLevel: string;
  readonly temporal: { readonly address: string; readonly namespace: string };
  /** Folder of the central store. */
  readonly centralStore: string;
  /** Folder for checkouts and copies of repositories; this worker's alone. */
  readonly scratch: string;
  /** Account of foreign code when the worker runs as root: a name or a uid. */
  readonly buildUser: string;
  /** PATH of builds and of git. */
  readonly path: string;
  /** File of git's `credential-store`, which only the worker itself should be able to read; `null` for none. */
  readonly gitCredentials: string | null;
  /** Transports that clone URLs may use. */
  readonly gitProtocols: string;
}

export const buildVariables = z.object({
  ...programVariables,
  ...temporalVariables,
  SLIPWAY_CENTRAL_STORE: folderVariable,
  SLIPWAY_SCRATCH: folderVariable,
  SLIPWAY_BUILD_USER: z
    .string()
    .regex(/^[a-z0-9_][a-z0-9_.-]{0,31}$/i)
    .default('nobody')
    .describe('an account, by name or uid; from a uid without an entry on, each build at once gets one of its own'),
  SLIPWAY_GIT_CREDENTIALS: z.string().startsWith('/').optional().describe('the path of a file of git credentials'),
  SLIPWAY_GIT_PROTOCOLS: z
    .string()
    .regex(/^(https|http|ssh|git|file)(:(https|http|ssh|git|file))*$/)
    .default('https:ssh:file')
    .describe('git transports, such as https:ssh'),
  PATH: z.string().default('/usr/local/bin:/usr/bin:/bin').describe('a list of folders'),
});

/** @throws EnvironmentError */
export function readBuildConfig(environment: Environment): BuildConfig {
  const read = readEnvironment(buildVariables, environment);
  return {
    logLevel: read.SLIPWAY_LOG_LEVEL,
    temporal: { address: read.SLIPWAY_TEMPORAL_ADDRESS, namespace: read.SLIPWAY_TEMPORAL_NAMESPACE },
    centralStore: read.SLIPWAY_CENTRAL_STORE,
    scratch: read.SLIPWAY_SCRATCH,
    buildUser: read.SLIPWAY_BUILD_USER,
    path: read.PATH,
    gitCredentials: read.SLIPWAY_GIT_CREDENTIALS ?? null,
    gitProtocols: read.SLIPWAY_GIT_PROTOCOLS,
  };
}
