import { z } from 'zod';
import type { BreakGlassPolicy } from '../../domain/approval/break-glass.ts';
import {
  breakGlassVariable,
  databaseUrlVariable,
  folderVariable,
  httpUrlVariable,
  hooksVariable,
  programVariables,
  readableFileVariable,
  readEnvironment,
  temporalVariables,
} from './environment.ts';
import type { Environment } from './environment.ts';

/** What the control worker needs: it orders deployments and is the only program that signs releases and admissions. */
export interface ControlConfig {
  readonly logLevel: string;
  readonly centralDatabaseUrl: string;
  readonly temporal: { readonly address: string; readonly namespace: string };
  /** Ed25519 private keys, PEM. */
  readonly buildKeyFile: string;
  readonly admissionKeyFile: string;
  /** With which the api attests who approved; PEM. */
  readonly approvalPublicKeyFile: string;
  readonly centralStore: string;
  /** Asked for the metrics of specs; without it, a spec that has metrics is refused. */
  readonly prometheusUrl: string | null;
  /** Bearer token for it. */
  readonly prometheusTokenFile: string | null;
  /** Whether specs may have hooks: they run on build workers. */
  readonly hooksAllowed: boolean;
  /** What it asks of who goes past an approval in an emergency. */
  readonly breakGlass: BreakGlassPolicy;
  /** Prebuilt workflow bundle. */
  readonly workflowBundle: string;
}

export const controlVariables = z.object({
  ...programVariables,
  ...temporalVariables,
  SLIPWAY_CENTRAL_DATABASE_URL: databaseUrlVariable,
  SLIPWAY_BUILD_KEY_FILE: readableFileVariable,
  SLIPWAY_ADMISSION_KEY_FILE: readableFileVariable,
  SLIPWAY_APPROVAL_PUBLIC_KEY_FILE: readableFileVariable,
  SLIPWAY_CENTRAL_STORE: folderVariable,
  SLIPWAY_HOOKS: hooksVariable,
  SLIPWAY_BREAK_GLASS: breakGlassVariable,
  SLIPWAY_WORKFLOW_BUNDLE: readableFileVariable,
  SLIPWAY_PROMETHEUS_URL: httpUrlVariable.optional(),
  SLIPWAY_PROMETHEUS_TOKEN_FILE: readableFileVariable.optional(),
});

/** @throws EnvironmentError */
export function readControlConfig(environment: Environment): ControlConfig {
  const read = readEnvironment(controlVariables, environment);
  return {
    logLevel: read.SLIPWAY_LOG_LEVEL,
    centralDatabaseUrl: read.SLIPWAY_CENTRAL_DATABASE_URL,
    temporal: { address: read.SLIPWAY_TEMPORAL_ADDRESS, namespace: read.SLIPWAY_TEMPORAL_NAMESPACE },
    buildKeyFile: read.SLIPWAY_BUILD_KEY_FILE,
    admissionKeyFile: read.SLIPWAY_ADMISSION_KEY_FILE,
    approvalPublicKeyFile: read.SLIPWAY_APPROVAL_PUBLIC_KEY_FILE,
    centralStore: read.SLIPWAY_CENTRAL_STORE,
    prometheusUrl: read.SLIPWAY_PROMETHEUS_URL ?? null,
    prometheusTokenFile: read.SLIPWAY_PROMETHEUS_TOKEN_FILE ?? null,
    breakGlass: read.SLIPWAY_BREAK_GLASS,
    hooksAllowed: read.SLIPWAY_HOOKS === 'on-build-workers',
    workflowBundle: read.SLIPWAY_WORKFLOW_BUNDLE,
  };
}
