import { z } from 'zod';
import type { ReleaseConfig } from '../domain/spec/service-spec.ts';

const argv = z.array(z.string().min(1)).min(1).max(256);
const isThere = (value: unknown): boolean => value !== undefined;

/** The manifest's `config` part. */
export const releaseConfigSchema = z.strictObject({
  run: z.strictObject({
    command: argv,
    env: z.record(z.string(), z.string()),
    restart: z.literal('stop-first'),
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
