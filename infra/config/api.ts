import { z } from 'zod';
import type { BreakGlassPolicy } from '../../domain/approval/break-glass.ts';
import {
  breakGlassVariable,
  commitUrlVariable,
  databaseUrlVariable,
  folderVariable,
  hooksVariable,
  httpUrlVariable,
  listenVariable,
  programVariables,
  readableFileVariable,
  readEnvironment,
  temporalVariables,
  traceUrlVariable,
  type Environment,
  type ListenAddress,
} from './environment.ts';

/** What the api needs. It holds one key: with it, it attests who approved. */
export interface ApiConfig {
  readonly logLevel: string;
  readonly centralDatabaseUrl: string;
  readonly temporal: { readonly address: string; readonly namespace: string };
  /** Where people open a workflow; links are left out without it. */
  readonly temporalUiUrl: string | null;
  /** Where people read a commit, with `{repository}` and `{commit}` to be filled in; links are left out without it. */
  readonly commitUrl: string | null;
  /** Where people read a trace, with `{trace}` to be filled in; links are left out without it. */
  readonly traceUrl: string | null;
  /** Where build logs lie; without it only the end of each is known. */
  readonly centralStore: string | null;
  /** Whether specs may have hooks: they run on build workers. */
  readonly hooksAllowed: boolean;
  /** What the organisation asks of who goes past an approval: plans are shown as they will be made. */
  readonly breakGlass: BreakGlassPolicy;
  /** The built pages; without them the api serves none. */
  readonly webFolder: string | null;
  /** Only whether there is one: the control worker asks it. */
  readonly prometheusUrl: string | null;
  readonly listen: ListenAddress;
  readonly githubWebhookSecretFile: string;
  readonly approvalKeyFile: string;
}

export const apiVariables = z.object({
  ...programVariables,
  ...temporalVariables,
  SLIPWAY_CENTRAL_DATABASE_URL: databaseUrlVariable,
  SLIPWAY_TEMPORAL_UI_URL: httpUrlVariable.optional(),
  SLIPWAY_COMMIT_URL: commitUrlVariable.optional(),
  SLIPWAY_TRACE_URL: traceUrlVariable.optional(),
  SLIPWAY_CENTRAL_STORE: folderVariable.optional(),
  SLIPWAY_HOOKS: hooksVariable,
  SLIPWAY_BREAK_GLASS: breakGlassVariable,
  SLIPWAY_WEB: folderVariable.optional(),
  SLIPWAY_PROMETHEUS_URL: httpUrlVariable.optional(),
  SLIPWAY_API_LISTEN: listenVariable,
  SLIPWAY_GITHUB_WEBHOOK_SECRET_FILE: readableFileVariable,
  SLIPWAY_APPROVAL_KEY_FILE: readableFileVariable,
});

/** @throws EnvironmentError */
export function readApiConfig(environment: Environment): ApiConfig {
  const read = readEnvironment(apiVariables, environment);
  return {
    logLevel: read.SLIPWAY_LOG_LEVEL,
    centralDatabaseUrl: read.SLIPWAY_CENTRAL_DATABASE_URL,
    temporal: { address: read.SLIPWAY_TEMPORAL_ADDRESS, namespace: read.SLIPWAY_TEMPORAL_NAMESPACE },
    temporalUiUrl: read.SLIPWAY_TEMPORAL_UI_URL ?? null,
    commitUrl: read.SLIPWAY_COMMIT_URL ?? null,
    traceUrl: read.SLIPWAY_TRACE_URL ?? null,
    centralStore: read.SLIPWAY_CENTRAL_STORE ?? null,
    hooksAllowed: read.SLIPWAY_HOOKS === 'on-build-workers',
    breakGlass: read.SLIPWAY_BREAK_GLASS,
    webFolder: read.SLIPWAY_WEB ?? null,
    prometheusUrl: read.SLIPWAY_PROMETHEUS_URL ?? null,
    listen: read.SLIPWAY_API_LISTEN,
    githubWebhookSecretFile: read.SLIPWAY_GITHUB_WEBHOOK_SECRET_FILE,
    approvalKeyFile: read.SLIPWAY_APPROVAL_KEY_FILE,
  };
}
