/** What the spec's language knows and this version of Slipway can't do: refused by name, never ignored. */
import type { ValuePath } from './bounded-yaml.ts';

/** `*` stands for every item of a list. */
const unsupportedKeys: readonly (readonly string[])[] = [
  ['windows'],
  ['build', 'network'],
  ['rollout', 'windows'],
  ['rollout', 'stages', '*', 'windows'],
];

/** As people write them: `run.secrets`. */
export const unsupportedNames = (): readonly string[] => unsupportedKeys.map(nameOf);

export interface Unsupported {
  readonly path: ValuePath;
  readonly message: string;
}

/** Finds and takes out of `value` everything that is not supported yet, so that the rest can still be checked. */
export function takeUnsupported(value: unknown): readonly Unsupported[] {
  return unsupportedKeys.flatMap((pattern) =>
    matchesOf(value, pattern).map(({ path, take }) => {
      take();
      return { path, message: `\`${nameOf(pattern)}\` is not supported yet` };
    }),
  );
}

const nameOf = (pattern: readonly string[]): string => pattern.filter((part) => part !== '*').join('.');

interface Match {
  readonly path: ValuePath;
  readonly take: () => void;
}

function matchesOf(value: unknown, pattern: readonly string[], above: ValuePath = []): readonly Match[] {
  const [part, ...rest] = pattern;
  if (part === undefined || typeof value !== 'object' || value === null) return [];
  if (part === '*') {
    return Array.isArray(value) ? value.flatMap((item, index) => matchesOf(item, rest, [...above, index])) : [];
  }
  if (Array.isArray(value) || !Object.hasOwn(value, part)) return [];
  const map = value as Record<string, unknown>;
  const path = [...above, part];
  if (rest.length > 0) return matchesOf(map[part], rest, path);
  return [{ path, take: () => void delete map[part] }];
}
