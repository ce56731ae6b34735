import { z } from 'zod';
import { usualLifeMs } from '../../domain/host-identity/certificate-life.ts';
import type { RegionName } from '../../domain/names.ts';
import {
  databaseUrlVariable,
  EnvironmentError,
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
  /** Where its figures are read also while it takes no connection of a host; `null`: only where hosts reach it. */
  readonly operatorsListen: ListenAddress | null;
  /** Ed25519 private key, PEM: certifies hosts and gateways of this region. */
  readonly authorityKeyFile: string;
  /** Signed root document. */
  readonly rootFile: string;
  readonly certificateLifeMs: number;
  /** Where the values of secrets are; `null`: nowhere. */
  readonly secrets: { readonly folder: string } | { readonly command: readonly string[] } | null;
}

const dayMs = 86_400_000;

const argv = z.array(z.string().min(1)).min(1);

export const gatewayVariables = z.object({
  ...programVariables,
  SLIPWAY_REGION: regionVariable,
  SLIPWAY_REGION_DATABASE_URL: databaseUrlVariable,
  SLIPWAY_REGION_STORE: folderVariable,
  SLIPWAY_GATEWAY_LISTEN: listenVariable,
  SLIPWAY_GATEWAY_OPERATORS_LISTEN: listenVariable.optional(),
  SLIPWAY_AUTHORITY_KEY_FILE: readableFileVariable,
  SLIPWAY_ROOT_FILE: readableFileVariable,
  SLIPWAY_HOST_CERTIFICATE_DAYS: z.coerce
    .number()
    .min(0.0001)
    .max(366)
    .default(usualLifeMs / dayMs)
    .describe('a number of days, at most 366'),
  SLIPWAY_SECRETS_FOLDER: folderVariable.optional(),
  SLIPWAY_SECRETS_COMMAND: z
    .string()
    .transform((text, context) => {
      const parsed = argv.safeParse(jsonOf(text));
      if (parsed.success) return parsed.data;
      context.addIssue({ code: 'custom', message: 'no argv' });
      return z.NEVER;
    })
    .optional()
    .describe('a JSON list of arguments, such as ["/usr/local/bin/read-secret"]'),
});

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** @throws EnvironmentError when both are set: which one would be asked would be a guess */
function secretsOf({
  SLIPWAY_SECRETS_FOLDER: folder,
  SLIPWAY_SECRETS_COMMAND: command,
}: z.output<typeof gatewayVariables>): GatewayConfig['secrets'] {
  if (folder !== undefined && command !== undefined) {
    const should = 'left out where SLIPWAY_SECRETS_FOLDER is set';
    throw new EnvironmentError([{ variable: 'SLIPWAY_SECRETS_COMMAND', should, is: 'something else' }]);
  }
  if (folder !== undefined) return { folder };
  return command === undefined ? null : { command };
}

/** @throws EnvironmentError */
export function readGatewayConfig(environment: Environment): GatewayConfig {
  const read = readEnvironment(gatewayVariables, environment);
  return {
    logLevel: read.SLIPWAY_LOG_LEVEL,
    region: read.SLIPWAY_REGION,
    regionDatabaseUrl: read.SLIPWAY_REGION_DATABASE_URL,
    regionStore: read.SLIPWAY_REGION_STORE,
    listen: read.SLIPWAY_GATEWAY_LISTEN,
    operatorsListen: read.SLIPWAY_GATEWAY_OPERATORS_LISTEN ?? null,
    authorityKeyFile: read.SLIPWAY_AUTHORITY_KEY_FILE,
    rootFile: read.SLIPWAY_ROOT_FILE,
    secrets: secretsOf(read),
    certificateLifeMs: read.SLIPWAY_HOST_CERTIFICATE_DAYS * dayMs,
  };
}
