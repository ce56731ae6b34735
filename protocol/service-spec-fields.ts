/**
 * The kinds of field that `slipway.yaml` is made of. Each message completes "<path> …" and says what is allowed;
 * `allowed` says the same to who reads the reference (`docs/reference/spec.md`).
 */
import { z } from 'zod';
import { isName } from '../domain/names.ts';
import { durationForm, durationMs, durationPattern, durationText, percentOf, percentPattern } from './quantities.ts';
import type { RuleMistake } from './service-spec-rules.ts';

/** Text that ends up in a shell, an environment or a signed document: nothing that any of them can't carry. */
export const textField = (maxLength: number, what: string, minLength = 1) =>
  z
    .string({ error: ({ input }) => `must be ${what}${quoteHint(input)}` })
    .min(minLength, `must be ${what}`)
    .max(maxLength, `must have at most ${maxLength} characters`)
    .refine((text) => text.isWellFormed() && !/(?![\n\t])\p{Cc}/u.test(text), 'must not hold control characters')
    .meta({ allowed: `${what}, at most ${maxLength} characters` });

/** Text that people read within a sentence. */
export const lineField = (maxLength: number, what: string) =>
  textField(maxLength, what).refine((text) => !/[\n\t]/.test(text), 'must be one line');

/** `PORT: 8080` is a number in YAML; which of 1.10 and 1.1 was meant is gone by then. */
const quoteHint = (input: unknown): string =>
  typeof input === 'number' || typeof input === 'boolean' ? `: write "${input}" in quotes` : '';

export const durationField = (minMs: number, maxMs: number) =>
  z
    .string({ error: `must be ${durationForm}` })
    .regex(durationPattern, `must be ${durationForm}`)
    .transform((text) => durationMs(text) ?? NaN)
    .refine((ms) => ms >= minMs && ms <= maxMs, `must be from ${durationText(minMs)} to ${durationText(maxMs)}`)
    .meta({ allowed: `duration from ${durationText(minMs)} to ${durationText(maxMs)}` });

export const countField = (min: number, max: number) =>
  z
    .number({ error: `must be a whole number from ${min} to ${max}` })
    .refine((n) => Number.isInteger(n) && n >= min && n <= max, `must be a whole number from ${min} to ${max}`)
    .meta({ allowed: `whole number from ${min} to ${max}` });

export const nameField = z
  .string({ error: 'must be a name' })
  .refine(isName, 'must be lower-case letters, digits and hyphens, begin with a letter, and have at most 63 characters')
  .meta({ allowed: 'name: lower-case letters, digits and hyphens, at most 63, beginning with a letter' });

export const relativeFolder = textField(500, "a folder below the service's own").refine(
  (folder) => folder === '.' || /^(?!\/)(?!.*\\)(?!.*(^|\/)\.{0,2}(\/|$))/.test(folder),
  'must be a relative path without "..", such as dist',
);

export const flagField = z.boolean({ error: 'must be true or false' }).meta({ allowed: '`true` or `false`' });

const shareForm = 'must be a number of hosts such as 1, or a percentage such as 10%';
export const shareField = z
  .union(
    [
      z.int(shareForm).min(1, shareForm).max(1_000_000, 'must be at most 1000000 hosts'),
      z
        .string()
        .regex(percentPattern, shareForm)
        .refine((text) => (percentOf(text) ?? 0) > 0, 'must be above 0% and at most 100%'),
    ],
    { error: shareForm },
  )
  .transform((share) => (typeof share === 'number' ? { hosts: share } : { percent: percentOf(share) ?? 0 }))
  .meta({ allowed: 'number of hosts such as `1`, or percentage such as `10%`' });

export const percentField = z
  .string({ error: 'must be a percentage such as 5%' })
  .refine((text) => percentOf(text) !== null, 'must be a percentage from 0% to 100%')
  .transform((text) => percentOf(text) ?? 0)
  .meta({ allowed: 'percentage from `0%` to `100%`' });

export const mapping = <Shape extends z.core.$ZodLooseShape>(shape: Shape) =>
  z.strictObject(shape, {
    error: ({ code, input }) => {
      if (code !== 'invalid_type') return undefined;
      return input === null ? 'is empty' : 'must be a mapping of names to values';
    },
  });

export const list = <Item extends z.ZodType>(item: Item, max: number, what: string) =>
  z
    .array(item, { error: `must be a list of ${what}` })
    .min(1, `must name at least one of ${what}`)
    .max(max, `must have at most ${max}`)
    .meta({ allowed: `list of 1 to ${max} ${what}` });

export const listOrNone = <Item extends z.ZodType>(item: Item, max: number, what: string) =>
  z
    .array(item, { error: `must be a list of ${what}` })
    .max(max, `must have at most ${max}`)
    .meta({ allowed: `list of at most ${max} ${what}` });

/** A rule between fields sees only what is right by itself: a pipe ends at the first part's mistakes. */
export const ruled = <Written extends z.ZodType>(
  written: Written,
  rule: (value: z.output<Written>) => readonly RuleMistake[],
) =>
  written.pipe(
    z.custom<z.output<Written>>().superRefine((value, context) => {
      for (const { path, message } of rule(value)) context.addIssue({ code: 'custom', path: [...path], message });
    }),
  );
