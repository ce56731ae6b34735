import { z } from 'zod';
import { leftReasons } from '../domain/goal/left-counts.ts';
import {
  deploymentField,
  digestField,
  hostField,
  regionField,
  releaseNumberField,
  serviceField,
  timeField,
} from './fields.ts';

/** A host of the region that an undo has left. */
export const leftHostSchema = z.strictObject({
  service: serviceField,
  /** That was undone. */
  deployment: deploymentField,
  host: hostField,
  /** By its last report; `null`: nothing. `release`: its number, where the region knows it. */
  runs: z.strictObject({ digest: digestField, release: releaseNumberField.nullable() }).nullable(),
  why: z.enum(leftReasons),
});

/**
 * `POST /regions/v1/left-hosts` to the api, with the region's token: all hosts of the region that undos have left, over as
 * many parts as they need, when that has changed. Who isn't in it any more is back, or a later deployment stands there.
 */
export const leftHostsPartSchema = z.strictObject({
  region: regionField,
  /** Of the whole list; a lower one than the last is dropped. */
  sequence: z.int().min(1),
  at: timeField,
  hosts: z.array(leftHostSchema).max(1000),
  /** No other part follows: who has not been named is gone. */
  last: z.boolean(),
});
export type LeftHostsPart = z.infer<typeof leftHostsPartSchema>;
