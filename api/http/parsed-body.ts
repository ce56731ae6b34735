import type { z } from 'zod';
import { ProblemError } from './problem-error.ts';

/** The input as its schema types it. @throws ProblemError that names each bad field. */
export function parsedBody<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues
    .slice(0, 20)
    .map(({ path, message }) => ({ path: path.map(String).join('.') || '(whole)', message }));
  throw new ProblemError('invalid-request', { detail: `${errors[0]!.path}: ${errors[0]!.message}`, errors });
}
