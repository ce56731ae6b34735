/**
 * Whether a message has the shape that its type promises. Messages to workflows also come from Temporal's own tools, so
 * nothing about them is certain; a workflow that stumbles over one stands still, as Temporal tries it again for ever.
 */
import { isName } from './names.ts';

export type Fields = Readonly<Record<string, unknown>>;

export const isRecord = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const isText = (value: unknown, min = 0, max = Infinity): value is string =>
  typeof value === 'string' && value.length >= min && value.length <= max;

/** RFC 3339, UTC. */
export const isTime = (value: unknown): boolean =>
  isText(value) && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(value) && !Number.isNaN(Date.parse(value));

/** What one field has to be, and how that is said. */
export interface Field {
  readonly is: (value: unknown) => boolean;
  readonly said: string;
}

/** The first mistake in one sentence; `null` when each field is what it has to be. Fields beyond these are let through. */
export function mistakeIn(message: unknown, fields: Readonly<Record<string, Field>>): string | null {
  if (!isRecord(message)) return `needs { ${Object.keys(fields).join(', ')} }`;
  const wrong = Object.entries(fields).find(([name, { is }]) => !is(message[name]));
  return wrong === undefined ? null : `${wrong[0]} must be ${wrong[1].said}`;
}

/** What Postgres keeps as an integer. */
const mostCounted = 2 ** 31 - 1;
const isCount = (value: unknown, least: number): boolean =>
  Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= mostCounted;

export const text: Field = { is: (value) => isText(value), said: 'text' };
export const name: Field = { is: (value) => isText(value) && isName(value), said: 'a name' };
export const time: Field = { is: isTime, said: 'a time as in RFC 3339' };
export const flag: Field = { is: (value) => typeof value === 'boolean', said: 'true or false' };
export const count: Field = { is: (value) => isCount(value, 0), said: 'a whole number from 0 on' };
export const number: Field = { is: (value) => isCount(value, 1), said: 'a whole number from 1 on' };
/** Of a goal: a clock in ms, or 0. */
export const generation: Field = {
  is: (value) => Number.isSafeInteger(value) && Number(value) >= 0,
  said: 'the number of a generation',
};

export const oneOf = (words: readonly string[]): Field => ({
  is: (value) => isText(value) && words.includes(value),
  said: `one of ${words.join(', ')}`,
});

export const orNull = ({ is, said }: Field): Field => ({
  is: (value) => value === null || is(value),
  said: `${said}, or null`,
});

export const orAbsent = ({ is, said }: Field): Field => ({ is: (value) => value === undefined || is(value), said });

export const listOf = ({ is, said }: Field, most: number): Field => ({
  is: (value) => Array.isArray(value) && value.length <= most && value.every(is),
  said: `at most ${most}, each ${said}`,
});

export const recordOf = (fields: Readonly<Record<string, Field>>): Field => ({
  is: (value) => mistakeIn(value, fields) === null,
  said: `{ ${Object.keys(fields).join(', ')} }`,
});
