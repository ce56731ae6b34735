/** What makes a YAML document dangerous before it is composed; composing expands and recurses. */
import type { CST } from 'yaml';

/** A spec nests six levels; this leaves room for more, and no stack is deep enough for a stranger's thousands. */
const maxDepth = 16;

export interface Forbidden {
  readonly offset: number;
  readonly message: string;
}

const forbiddenTypes: Readonly<Record<string, string>> = {
  alias: 'aliases (`*name`) are not allowed: write the value out',
  anchor: 'anchors (`&name`) are not allowed: write the value out',
  tag: 'tags (`!name`) are not allowed',
  directive: 'directives (`%name`) are not allowed',
};

/** The first token that makes a document dangerous, by a walk that doesn't recurse. */
export function forbiddenToken(tokens: readonly CST.Token[]): Forbidden | null {
  let first: Forbidden | null = null;
  const waiting = tokens.map((token) => ({ token, depth: 0 }));
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { token, depth } = next;
    const message = depth > maxDepth ? `nested deeper than ${maxDepth} levels` : forbiddenTypes[token.type];
    if (message && (first === null || token.offset < first.offset)) first = { offset: token.offset, message };
    if (depth > maxDepth) continue;
    for (const part of partsOf(token)) waiting.push({ token: part, depth: depth + 1 });
  }
  return first;
}

/** Tokens inside a token. Those of a document stand at its own depth but one; that is close enough for a bound. */
function partsOf(token: CST.Token): readonly CST.Token[] {
  const properties = 'start' in token && Array.isArray(token.start) ? token.start : [];
  if (token.type === 'document') return [...properties, ...(token.value ? [token.value] : [])];
  if (!('items' in token)) return [];
  const inItems = token.items.flatMap(({ start, key, sep, value }) => [
    ...start,
    ...(key ? [key] : []),
    ...(sep ?? []),
    ...(value ? [value] : []),
  ]);
  return [...properties, ...inItems];
}
