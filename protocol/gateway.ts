import { z } from 'zod';
import { goalProofSchema } from './goal-index.ts';
import {
  attemptField,
  deploymentField,
  digestField,
  generationField,
  selectorField,
  serviceField,
  timeField,
} from './fields.ts';
import { envelopeSchema } from './dsse.ts';
import { logRequestSchema } from './log-reading.ts';
import { differenceKinds, driftStates } from '../domain/host/drift.ts';
import { hostStates } from '../domain/states.ts';

/**
 * What hosts and their region's gateway say to each other. HTTP, JSON, over TLS 1.3 with the certificate that the region gave
 * the host (`protocol/host-identity.ts`).
 *
 *   POST /v1/poll                    PollRequest    → PollResponse, held open until a goal changes or waitMs is over
 *   POST /v1/reports                 ReportBatch    → 204
 *   POST /v1/held-goals              HeldGoals      → 204, when a poll was answered with `showGoals`
 *   POST /v1/secrets                 SecretRequest  → SecretAnswer, never cached (protocol/secrets.ts)
 *   POST /v1/log-chunks              LogChunk       → LogChunkAnswer, of what a poll's answer asked to read
 *   GET  /v1/roots/<version>         → Envelope of that root document
 *   GET  /v1/releases/<digest>       → Envelope of the manifest root (404 until the region serves it, and to hosts that its service is not for)
 *   GET  /v1/releases/<digest>/listing | chunk-table | config → bytes
 *   GET  /v1/releases/<digest>/chunks/<chunk digest>          → bytes, Range allowed
 * Errors are RFC 9457 problems.
 *
 * Both sides ignore fields that they don't know: a region's agents and gateways are never all of one version. Only what is
 * signed (the envelopes' payloads) is strict, since there an unknown field may change what the others mean.
 */
export const offeredGoalSchema = z.object({
  service: serviceField,
  etag: digestField,
  goal: envelopeSchema,
  admissions: z.array(envelopeSchema).max(16),
  /** W3C traceparent of the step that wrote it; unsigned, for telemetry only. */
  traceparent: z.string().max(100).nullable(),
});
export type OfferedGoal = z.infer<typeof offeredGoalSchema>;

/** What vouches for goals, those that the host has too: without one that is fresh it installs nothing. */
export const offeredIndexSchema = z.object({ index: envelopeSchema, proofs: z.array(goalProofSchema).max(1_000) });
export type OfferedIndex = z.infer<typeof offeredIndexSchema>;

export const pollResponseSchema = z.object({
  goals: z.array(offeredGoalSchema),
  /** Null until the region has one; left out by gateways that know of none. */
  index: offeredIndexSchema.nullish(),
  /** Of the newest root document that the gateway has: a host with an older one follows, `GET /v1/roots/<version>`. */
  rootVersion: z.int().min(1).nullish(),
  /** The host's, as its region knows them: they decide which placements select it. */
  labels: selectorField,
  /** Whether its region has it in maintenance: then it runs nothing. Absent from gateways of the version before. */
  maintenance: z.boolean().optional(),
  /** How often to report while nothing changes. */
  reportEveryMs: z.int().min(100).max(600_000),
  /** The region's database may be an older one: the host is to show the signed goals that it holds (`POST /v1/held-goals`). */
  showGoals: z.boolean().optional(),
  /** Output that somebody wants to read, and that the poll did not name. */
  logs: z.array(logRequestSchema).max(20).optional(),
  now: timeField,
});
export type PollResponse = z.infer<typeof pollResponseSchema>;

/** The envelopes of the goals that a host has taken up, as it was given them. */
export const heldGoalsSchema = z.object({ goals: z.array(envelopeSchema).max(500) });
export type HeldGoals = z.infer<typeof heldGoalsSchema>;

/** Text for people, often cut out of a program's output: what no database can hold (NUL, half a surrogate) goes. */
const peopleField = (length: number) =>
  z
    .string()
    .max(length)
    .transform((text) => text.replaceAll('\0', '').toWellFormed());

const refusalField = z.object({ deployment: deploymentField, digest: digestField, reason: peopleField(500) });

const reportedAttemptField = z.object(attemptField.shape);

/** What one host says of one service. */
export const serviceReportSchema = z.object({
  service: serviceField,
  /** Of the goal taken up; 0 and null before the first. */
  generation: z.union([generationField, z.literal(0)]),
  attempt: reportedAttemptField.nullable(),
  running: digestField.nullable(),
  health: z.enum(['healthy', 'unhealthy', 'starting', 'stopped', 'unknown']),
  state: z.enum(hostStates),
  refused: z.array(refusalField).max(32),
  pinned: z.boolean(),
  maintenance: z.boolean(),
  /** (pid, start time, boot id) of the running instance: a pid alone is nobody. */
  instance: z.object({ pid: z.int(), startTime: peopleField(40), bootId: peopleField(64) }).nullable(),
  /** Why it isn't healthy, for people. */
  reason: peopleField(500).nullable(),
  /** At the last change of instances: from when one was asked to end until the next was seen to be well. 0: none was missing. */
  switchGapMs: z.int().min(0).optional(),
  /** How the installed tree of what the host is to run differs from what was signed, or did; left out when it never did. */
  drift: z
    .object({
      release: digestField,
      state: z.enum(driftStates),
      count: z.int().min(0),
      /** The first of them. */
      differences: z.array(z.object({ path: peopleField(500), what: z.enum(differenceKinds) })).max(20),
      since: timeField,
    })
    .optional(),
  /** The goal's traceparent and when the host switched because of it. */
  trace: z.object({ traceparent: z.string().max(100), switchStartedAt: timeField, switchedAt: timeField }).nullable(),
});
export type ServiceReport = z.infer<typeof serviceReportSchema>;

export const reportBatchSchema = z.object({
  /** Grows with each report of this host, over restarts too (milliseconds of the host's clock, or last + 1). */
  sequence: z.int().min(1),
  bootId: peopleField(64),
  agentVersion: peopleField(40),
  /** Of the newest goal index that the host has; left out by agents that know of none. */
  indexVersion: z.int().min(0).optional(),
  /** Of the root document that the host trusts. */
  rootVersion: z.int().min(1).optional(),
  /** Of its clock before its gateway's, as the last answer to a poll showed; left out before the first one. */
  clockAheadMs: z.int().optional(),
  /** Digest of the machine's id, where it has one: a copied disk tells another. */
  machine: digestField.nullish(),
  services: z.array(serviceReportSchema).max(500),
});
export type ReportBatch = z.infer<typeof reportBatchSchema>;

export const pollRequestSchema = z.object({
  /** What the host has: an unchanged goal is not sent again. `etag` is the digest of the goal's envelope text. */
  known: z.array(z.object({ service: serviceField, etag: digestField })).max(500),
  waitMs: z.int().min(0).max(60_000),
  /** Of a host at rest, how it stands: taken before the poll is held open. */
  report: reportBatchSchema.optional(),
  /** What its region said of the host itself in the last answer: what is different by now is told at once. */
  here: z.object({ labels: selectorField, maintenance: z.boolean() }).optional(),
  /** Readings of its output that it has taken up; left out by agents that can't be read from afar. */
  logs: z.array(z.uuid()).max(200).optional(),
});
export type PollRequest = z.infer<typeof pollRequestSchema>;
