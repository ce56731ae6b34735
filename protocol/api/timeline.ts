import { z } from 'zod';
import { timeField } from '../fields.ts';
import { pageOf } from './page.ts';

/** One thing that happened to a deployment, as the event stream tells it. */
export const timelineEntrySchema = z.object({
  /** Of the audit. */
  sequence: z.int().min(1),
  at: timeField,
  actor: z.string(),
  verb: z.string(),
  message: z.string(),
});
export type TimelineEntry = z.infer<typeof timelineEntrySchema>;

/** `GET /v1/services/:service/deployments/:deployment/timeline`, newest first. */
export const timelinePageSchema = pageOf(timelineEntrySchema);
export type TimelinePage = z.infer<typeof timelinePageSchema>;

/** `GET /v1/services/:service/releases/:release/log`: what its build printed. */
export const buildLogSchema = z.object({
  release: z.string(),
  /** The end of it, if it was cut. */
  text: z.string(),
  truncated: z.boolean(),
});
export type BuildLog = z.infer<typeof buildLogSchema>;
