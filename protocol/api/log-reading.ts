import { z } from 'zod';
import { mostHosts, mostLines } from '../../domain/log-reading/limits.ts';
import { hostField, regionField, serviceField } from '../fields.ts';
import { outputEnds } from '../log-reading.ts';
import { reasonField } from './people.ts';

/** `POST /v1/services/:service/log-readings`: what its instances write is to be read; who asks, and why, is in the audit. */
export const logReadingRequestSchema = z
  .strictObject({
    /** The first that reports, where it is left out. */
    region: regionField.optional(),
    /** The first healthy one, where it is left out. */
    host: hostField.optional(),
    /** Of all its hosts there, up to 10. */
    every: z.boolean().default(false),
    lines: z.int().min(0).max(mostLines).default(100),
    /** What comes after those lines, too. */
    follow: z.boolean().default(false),
    reason: reasonField.optional(),
  })
  .refine(({ host, every }) => host === undefined || !every, { path: ['every'], message: 'goes without a host' });

export const logReadingSchema = z.object({
  reading: z.uuid(),
  service: serviceField,
  region: regionField,
});
export type LogReading = z.infer<typeof logReadingSchema>;

/** `POST /v1/services/:service/log-readings/:reading/next`: held open until there is more; who asks keeps the reading open for 15 s. */
export const nextLogsRequestSchema = z.strictObject({
  /** The last sequence of each host that was shown: those are forgotten. */
  seen: z
    .record(z.string().max(253), z.int().min(0))
    .refine((seen) => Object.keys(seen).length <= mostHosts, `at most ${mostHosts} hosts`)
    .default({}),
  /** Whether it knows of which hosts: else those are an answer. */
  knowsHosts: z.boolean().default(false),
  waitMs: z.int().min(0).max(10_000).default(0),
});

export const nextLogsSchema = z.object({
  /** Whose output it is; `null` while the region has not taken up the request. */
  hosts: z.array(hostField).nullable(),
  /** Why there is none. */
  why: z.string().nullable(),
  chunks: z.array(
    z.object({
      host: hostField,
      /** Grows from chunk to chunk of a host: one that was shown is to be passed over. */
      sequence: z.int(),
      text: z.string(),
      /** Output before this was skipped. */
      gap: z.boolean(),
      /** The host sends no more, and why. */
      ended: z.enum(outputEnds).nullable(),
    }),
  ),
});
export type NextLogs = z.infer<typeof nextLogsSchema>;

/** `POST /v1/services/:service/log-readings/:reading/end` */
export const endedLogReadingSchema = z.object({ reading: z.uuid() });
