import { z } from 'zod';
import { isSecretName } from '../domain/secret/secret-names.ts';
import { driftPolicies, restartModes, stopSignals, type ReleaseConfig } from '../domain/spec/service-spec.ts';

const argv = z.array(z.string().min(1)).min(1).max(256);
const secretNames = z.record(z.string(), z.string().refine(isSecretName));
const isThere = (value: unknown): boolean => value !== undefined;

/** The manifest's `config` part. */
export const releaseConfigSchema = z.strictObject({
  run: z.strictObject({
    command: argv,
    env: z.record(z.string(), z.string()),
    secrets: z
      .strictObject({
        env: secretNames.optional(),
        // Each becomes a file: nothing that could be a path.
        files: z.record(z.string().refine(isSecretName), z.string().refine(isSecretName)).optional(),
      })
      .optional(),
    restart: z.enum(restartModes),
    stop: z.strictObject({ signal: z.enum(stopSignals), graceMs: z.int().min(1) }).optional(),
    drain: z.strictObject({ command: argv.nullable(), delayMs: z.int().min(0), timeoutMs: z.int().min(1) }).optional(),
    user: z
      .string()
      .regex(/^[a-z_][a-z0-9_-]*$/)
      .optional(),
    umask: z
      .string()
      .regex(/^[0-7]{3}$/)
      .optional(),
    workingDirectory: z.string().min(1).optional(),
    limits: z
      .strictObject({
        memoryBytes: z.int().min(1).optional(),
        cpus: z.number().positive().optional(),
        processes: z.int().min(1).optional(),
        files: z.int().min(1).optional(),
      })
      .optional(),
    drift: z.enum(driftPolicies).optional(),
  }),
  health: z
    .strictObject({
      http: z.string().startsWith('/').optional(),
      tcp: z.literal(true).optional(),
      command: argv.optional(),
      process: z.literal(true).optional(),
      startPeriodMs: z.int().min(1),
      intervalMs: z.int().min(50),
      timeoutMs: z.int().min(1),
      healthyAfter: z.int().min(1),
      unhealthyAfter: z.int().min(1),
    })
    .refine(({ http, tcp, command, process }) => [http, tcp, command, process].filter(isThere).length === 1),
}) satisfies z.ZodType<ReleaseConfig>;
