/**
 * Environment variables are read once, here, into typed config. A variable's schema says in `describe` what it should
 * be: that text is what people see when it isn't. Values are never printed: some are secrets.
 */
import { breakGlassPolicies, defaultBreakGlass } from '../../domain/approval/break-glass.ts';
import { accessSync, constants } from 'node:fs';
import { z } from 'zod';
import { isName } from '../../domain/names.ts';
import type { RegionName } from '../../domain/names.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface VariableProblem {
  readonly variable: string;
  readonly should: string;
  readonly is: 'not set' | 'something else';
}

export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError';
  readonly code = 'bad-environment';
  readonly problems: readonly VariableProblem[];

  constructor(problems: readonly VariableProblem[]) {
    super(problems.map((p) => `${p.variable} must be ${p.should}; it is ${p.is}`).join('\n'));
    this.problems = problems;
  }
}

/** @throws EnvironmentError that names every bad variable, not only the first. An empty variable counts as not set. */
export function readEnvironment<S extends z.ZodObject>(schema: S, environment: Environment): z.output<S> {
  const names = Object.keys(schema.shape);
  const given = Object.fromEntries(names.flatMap((name) => (environment[name] ? [[name, environment[name]]] : [])));
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const bad = new Set(parsed.error.issues.map((issue) => String(issue.path[0])));
  throw new EnvironmentError(
    names
      .filter((name) => bad.has(name))
      .map((name) => ({
        variable: name,
        should: shouldBe(schema, name),
        is: name in given ? 'something else' : 'not set',
      })),
  );
}

function shouldBe(schema: z.ZodObject, name: string): string {
  const variable = schema.shape[name] as z.ZodType;
  // What may be left out is still described inside.
  const described = variable instanceof z.ZodOptional ? (variable.unwrap() as z.ZodType) : variable;
  return variable.description ?? described.description ?? 'valid';
}

/** For composition roots: the config, or one line per bad variable on stderr and exit status 2. */
export function configOrExit<C>(read: (environment: Environment) => C): C {
  try {
    return read(process.env);
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(2);
  }
}

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;

/** Every program but the agent reads these. */
export const programVariables = {
  SLIPWAY_LOG_LEVEL: z
    .enum(logLevels)
    .default('info')
    .describe(`one of ${logLevels.join(', ')}`),
  SLIPWAY_DATA: z.string().optional().describe('a folder that may be written'),
};

export const databaseUrlVariable = z
  .url({ protocol: /^postgres(ql)?$/ })
  .describe('postgres://user:password@host:port/database');

export const httpUrlVariable = z
  .url({ protocol: /^https?$/ })
  .transform((url) => url.replace(/\/$/, ''))
  .describe('an http or https URL');

/** With `{repository}` and `{commit}`, which are filled in. */
export const commitUrlVariable = z
  .string()
  .refine(isUrlWith('{commit}'))
  .describe('an http or https URL with {commit} in it, and {repository} where owner/name belongs');

/** With `{trace}`, which is filled in. */
export const traceUrlVariable = z
  .string()
  .refine(isUrlWith('{trace}'))
  .describe('an http or https URL with {trace} in it');

export const regionVariable = z
  .string()
  .refine(isName)
  .transform((name) => name as RegionName)
  .describe('the name of a region, [a-z][a-z0-9-]{0,62}');

/** A file that must be there and readable, so that a program says so at its start and not at its first use. */
export const readableFileVariable = z.string().refine(isReadable).describe('the path of a file that can be read');

export const folderVariable = z.string().min(1).describe('the path of a folder');

/** `127.0.0.1:4400`, `[::1]:4400`; port 0 takes a free one. */
export const listenVariable = z
  .string()
  .regex(/^(\[[0-9a-fA-F:]+\]|[^:\s]+):\d{1,5}$/)
  .transform(splitAddress)
  .refine(({ port }) => port <= 65_535)
  .describe('host:port to listen on');

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

function splitAddress(text: string): ListenAddress {
  const colon = text.lastIndexOf(':');
  return { host: text.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(text.slice(colon + 1)) };
}

export const temporalVariables = {
  SLIPWAY_TEMPORAL_ADDRESS: z
    .string()
    .regex(/^[^\s/,]+:\d{1,5}$/)
    .describe('host:port of the Temporal frontend, one address'),
  SLIPWAY_TEMPORAL_NAMESPACE: z.string().min(1).default('default').describe('a Temporal namespace'),
};

function isUrlWith(place: string) {
  return (template: string): boolean => template.includes(place) && isHttpUrl(template.replaceAll(/[{}]/g, ''));
}

const isHttpUrl = (text: string): boolean => /^https?:$/.test(URL.parse(text)?.protocol ?? '');

function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

/** What the organisation asks of who goes past an approval: a spec can ask for more, never for less. */
export const breakGlassVariable = z
  .enum(breakGlassPolicies)
  .default(defaultBreakGlass)
  .describe('`one-with-review`, `two-persons` or `never`');

/** Hooks of specs are foreign code that reaches what a deployment changes; a build worker is no sandbox. */
export const hooksVariable = z
  .enum(['refused', 'on-build-workers'])
  .default('refused')
  .describe('`refused` or `on-build-workers`');
