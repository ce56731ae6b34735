import { z } from 'zod';
import { hookStates } from '../../domain/hook/standing.ts';
import { deploymentField, regionField, releaseNumberField, timeField } from '../fields.ts';

/** A command that a spec names beside a deployment. */
export const hookSchema = z.object({
  run: z.string(),
  /** `null`: there is none. */
  undo: z.string().nullable(),
  timeoutMs: z.int().min(0),
  /** What it did needs no undo. */
  mayStay: z.boolean(),
  /** The undo loses data, and runs only when a person says so. */
  destructive: z.boolean(),
});

const lists = { before: z.array(hookSchema).readonly(), after: z.array(hookSchema).readonly() };

/** In each list the order in which they run; `region`: once for each region. */
export const hooksSchema = z.object({ ...lists, region: z.object(lists) });

/** A deployment that is neither finished nor undone. */
export const leftBehindSchema = z.object({
  deployment: deploymentField,
  release: releaseNumberField,
  /** The release before can't run once this one has. */
  compatibleWith: z.literal('none').optional(),
  /** Commands of its hooks that are not undone. */
  hooks: z.array(z.string()).readonly(),
});

/** What an undo has left for a person. */
export const notUndoneSchema = z.object({
  what: z.enum(['hook', 'region', 'hosts']),
  /** `hooks.before[0]`, `ap-south`; of hosts their region */
  name: z.string(),
  /** The command that ran, or the release that hosts may still run. */
  left: z.string(),
  undo: z.string().nullable(),
  why: z.string(),
  /** Of hosts: how many; `listLeftHosts` names each. */
  hosts: z.int().min(0).optional(),
});
export type NotUndone = z.infer<typeof notUndoneSchema>;

/** A hook of a deployment, or its undo, with what it printed. */
export const hookRunSchema = z.object({
  /** `hooks.before[0]`, `hooks.region.after[1] in eu-west` */
  place: z.string(),
  region: regionField.nullable(),
  does: z.enum(['run', 'undo']),
  command: z.string(),
  state: z.enum(hookStates),
  /** Why it failed, or is not undone; `null` when nothing is wrong. */
  why: z.string().nullable(),
  startedAt: timeField,
  endedAt: timeField.nullable(),
  /** The end of its output, if that was cut; `null` when nothing was kept. */
  text: z.string().nullable(),
  truncated: z.boolean(),
});
export type HookRun = z.infer<typeof hookRunSchema>;

/** `GET /v1/services/:service/deployments/:deployment/hooks`, in the order in which they began. */
export const hookRunListSchema = z.object({ items: z.array(hookRunSchema) });
export type HookRunList = z.infer<typeof hookRunListSchema>;
