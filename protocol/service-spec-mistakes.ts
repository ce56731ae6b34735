/** The schema's findings as sentences with a line that a person can go to. */
import { z } from 'zod';
import type { SpecProblem } from '../domain/spec/service-spec.ts';
import type { BoundedYaml, ValuePath } from './bounded-yaml.ts';
import { closestName } from './closest-name.ts';
import { serviceSpecSchema } from './service-spec-schema.ts';

/** `rollout.stages[0].batches[1]`; names that would confuse are quoted, long ones cut. */
export function pathText(path: ValuePath): string {
  const parts = path.map((part) => {
    if (typeof part === 'number') return `[${part}]`;
    return /^[\w-]{1,64}$/.test(part) ? `.${part}` : `[${JSON.stringify(part.slice(0, 64))}]`;
  });
  return parts.join('').replace(/^\./, '');
}

/** `withUnsupported` are the mappings out of which something was taken: what is missing there is no second mistake. */
export function problemsOf(
  issues: readonly z.core.$ZodIssue[],
  yaml: BoundedYaml,
  withUnsupported: readonly ValuePath[],
) {
  return issues.flatMap((issue) => problemsOfIssue(issue, yaml, new Set(withUnsupported.map(pathText))));
}

function problemsOfIssue(
  issue: z.core.$ZodIssue,
  yaml: BoundedYaml,
  withUnsupported: ReadonlySet<string>,
): readonly SpecProblem[] {
  const path = issue.path.filter((part) => typeof part !== 'symbol');
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(path, key, yaml));
  if (issue.code === 'invalid_key') {
    const message = issue.issues[0]?.message ?? 'is not a valid name';
    return [{ path: pathText(path), ...yaml.placeOf(path, 'key'), message }];
  }
  // A rule between fields may be about a default that nobody wrote.
  if (issue.code !== 'custom' && isMissing(path, yaml.value)) {
    const parent = path.slice(0, -1);
    if (withUnsupported.has(pathText(parent))) return [];
    return [{ path: pathText(path), ...yaml.placeOf(parent, 'key'), message: `is missing: it ${issue.message}` }];
  }
  return [{ path: pathText(path), ...yaml.placeOf(path), message: issue.message }];
}

function unknownKey(parent: ValuePath, key: string, yaml: BoundedYaml): SpecProblem {
  const path = [...parent, key];
  const known = knownKeys(parent);
  const meant = closestName(key, known);
  const message = `is not known here: ${meant ? `did you mean ${meant}?` : `allowed are ${known.join(', ')}`}`;
  return { path: pathText(path), ...yaml.placeOf(path, 'key'), message };
}

function isMissing(path: ValuePath, value: unknown): boolean {
  const found = path.reduce<unknown>(
    (inside, part) => (inside as Record<string | number, unknown> | null)?.[part],
    value,
  );
  return path.length > 0 && found === undefined;
}

interface SchemaNode {
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly items?: SchemaNode;
}

let jsonSchema: SchemaNode | undefined;

/** Names that the schema has at a path. Its JSON form is made at the first mistake, once: that takes a millisecond. */
function knownKeys(path: ValuePath): readonly string[] {
  const root = (jsonSchema ??= z.toJSONSchema(serviceSpecSchema, {
    io: 'input',
    unrepresentable: 'any',
  }) as SchemaNode);
  const node = path.reduce<SchemaNode | undefined>(
    (inside, part) => (typeof part === 'number' ? inside?.items : inside?.properties?.[part]),
    root,
  );
  return Object.keys(node?.properties ?? {});
}
