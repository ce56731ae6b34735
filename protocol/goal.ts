import { z } from 'zod';
import { mostCanaries } from '../domain/goal/batch-order.ts';
import type { Goal } from '../domain/goal/goal.ts';
import {
  attemptField,
  digestField,
  generationField,
  hostField,
  placementField,
  positionField,
  regionField,
  serviceField,
  timeField,
} from './fields.ts';

export const goalType = 'application/vnd.slipway.goal.v1+json';

/** What a region's director signs, and hosts obey. One a service and region, whatever the number of hosts. */
export const goalSchema = z.strictObject({
  format: z.literal('slipway.goal/1'),
  service: serviceField,
  region: regionField,
  generation: generationField,
  attempt: attemptField,
  step: z.string().max(64),
  mode: z.enum(['advance', 'hold', 'undo']),
  base: placementField.nullable(),
  next: placementField.nullable(),
  keep: z.array(digestField).max(16),
  cut: positionField.nullable(),
  canaries: z.array(hostField).max(mostCanaries),
  admissions: z.array(digestField).max(16),
  issuedAt: timeField,
  expiresAt: timeField,
});
export type GoalDocument = z.infer<typeof goalSchema>;

export const goalDocument = (goal: Goal): GoalDocument => ({ format: 'slipway.goal/1', ...goal }) as GoalDocument;
