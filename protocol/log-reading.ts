import { z } from 'zod';
import { leaseMs, mostHosts, mostLines } from '../domain/log-reading/limits.ts';
import { hostField, regionField, serviceField } from './fields.ts';

/** Text of programs: what no database can hold (NUL, half a surrogate) goes. */
const outputField = z
  .string()
  // Bytes of 64 KiB that are no UTF-8 become a character each.
  .max(64 * 1024)
  .transform((text) => text.replaceAll('\0', '').toWellFormed());

/** Why a host sends no more of a reading. */
export const outputEnds = ['read', 'no-output', 'busy', 'failed', 'agent-too-old'] as const;
export type OutputEnd = (typeof outputEnds)[number];

/** What a host is asked for in the answer to its poll. */
export const logRequestSchema = z.object({
  reading: z.uuid(),
  service: serviceField,
  /** The last ones, before what is followed. */
  lines: z.int().min(0).max(mostLines),
  follow: z.boolean(),
});
export type LogRequest = z.infer<typeof logRequestSchema>;

/** Some of the output of one host's instance, in order. */
export const logChunkSchema = z.object({
  reading: z.uuid(),
  /** Grows from chunk to chunk of a host, over restarts of its agent too. */
  sequence: z.int().min(1),
  /** Empty: it is there, and asks whether anybody reads still. */
  text: outputField,
  /** Output before this was skipped: it came faster than it is read, or was rotated away. */
  gap: z.boolean(),
  /** Nothing follows, and why; `null` while more may come. */
  ended: z.enum(outputEnds).nullable(),
});
export type LogChunk = z.infer<typeof logChunkSchema>;

/** `POST /v1/log-chunks` to the gateway. */
export const logChunkAnswerSchema = z.object({
  /** False: nobody reads it any more. */
  goesOn: z.boolean(),
  /** False while who reads is behind: the host keeps its place, and sends it again. */
  taken: z.boolean(),
});
export type LogChunkAnswer = z.infer<typeof logChunkAnswerSchema>;

/** `POST /regions/v1/log-readings` to the api, with the region's token: held open until others are asked for than it knows. */
export const logReadingsRequestSchema = z.strictObject({
  region: regionField,
  known: z.array(z.uuid()).max(100),
  waitMs: z.int().min(0).max(30_000),
});
export const logReadingsAnswerSchema = z.object({
  readings: z.array(
    logRequestSchema.extend({
      host: hostField.nullable(),
      every: z.boolean(),
      /** How long somebody still reads, unless more is heard of it. */
      leaseMs: z.int().min(0).max(leaseMs),
    }),
  ),
});
export type AskedReading = z.infer<typeof logReadingsAnswerSchema>['readings'][number];

/** `POST /regions/v1/log-chunks` to the api, with the region's token. */
export const logPartSchema = z.strictObject({
  region: regionField,
  reading: z.uuid(),
  /** Whose output it is; left out when that was told. */
  hosts: z.array(hostField).max(mostHosts).optional(),
  /** Why there is no host, for people. */
  why: z.string().max(500).optional(),
  chunks: z.array(z.strictObject({ ...logChunkSchema.omit({ reading: true }).shape, host: hostField })).max(16),
});
export type LogPart = z.infer<typeof logPartSchema>;
/** Of success; `goesOn` as above, `taken` for all of its chunks. */
export const logPartAnswerSchema = logChunkAnswerSchema;
