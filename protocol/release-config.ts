import { z } from 'zod';
import type { ReleaseConfig } from '../domain/spec/service-spec.ts';

/** The manifest's `config` part. */
export const releaseConfigSchema = z.strictObject({
  run: z.strictObject({
    command: z.array(z.string().min(1)).min(1).max(256),
    env: z.record(z.string(), z.string()),
    restart: z.literal('stop-first'),
  }),
  health: z.strictObject({
    http: z.string().startsWith('/'),
    startPeriodMs: z.int().min(1),
    intervalMs: z.int().min(50),
    timeoutMs: z.int().min(1),
    healthyAfter: z.int().min(1),
    unhealthyAfter: z.int().min(1),
  }),
}) satisfies z.ZodType<ReleaseConfig>;
