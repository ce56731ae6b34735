/**
 * YAML written by strangers: one document of plain mappings, lists and scalars, with a place for every value. Aliases,
 * anchors, tags and merge keys are refused, because a few of them can stand for gigabytes; so is deep nesting, because
 * composing recurses.
 */
import { Composer, isMap, isScalar, isSeq, LineCounter, Parser, type CST, type Node } from 'yaml';
import { forbiddenToken } from './forbidden-yaml.ts';

export interface Place {
  /** Both count from 1. */
  readonly line: number;
  readonly column: number;
}

export type ValuePath = readonly (string | number)[];

export interface BoundedYaml {
  /** Mappings have no prototype: a key is only ever a key. */
  readonly value: unknown;
  /** Where the value stands, or its key (`'key'`); of the nearest parent that is there when the path is not. */
  placeOf(path: ValuePath, part?: 'key' | 'value'): Place;
}

export interface YamlMistake {
  readonly path: ValuePath;
  readonly place: Place;
  readonly message: string;
}

export type YamlResult =
  ({ readonly ok: true } & BoundedYaml) | { readonly ok: false; readonly mistakes: readonly YamlMistake[] };

const firstPlace: Place = { line: 1, column: 1 };
// oxlint-disable-next-line no-control-regex -- these are what is looked for
const forbiddenCharacter = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/;

export function readBoundedYaml(source: string | Uint8Array, maxBytes: number): YamlResult {
  const sizeBytes = typeof source === 'string' ? Buffer.byteLength(source) : source.byteLength;
  if (sizeBytes > maxBytes)
    return mistake(firstPlace, `must be at most ${maxBytes / 1024} KiB; it has ${sizeBytes} bytes`);
  const text = typeof source === 'string' ? source : decodeUtf8(source);
  if (text === null) return mistake(firstPlace, 'must be UTF-8 text');
  const lines = new LineCounter();
  const tokens = [...new Parser(lines.addNewLine).parse(text)];
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const control = forbiddenCharacter.exec(text);
  if (control) return mistake(placeAt(control.index), 'must not hold control characters');
  const forbidden = forbiddenToken(tokens);
  if (forbidden) return mistake(placeAt(forbidden.offset), forbidden.message);
  return compose(tokens, text.length, placeAt);
}

const mistake = (place: Place, message: string): YamlResult => ({
  ok: false,
  mistakes: [{ path: [], place, message }],
});

function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

function compose(tokens: readonly CST.Token[], length: number, placeAt: (offset: number) => Place): YamlResult {
  // Unique keys are checked below: the composer compares each with each.
  const composer = new Composer({ version: '1.2', merge: false, uniqueKeys: false });
  const documents = [...composer.compose(tokens, true, length)];
  // The first one: what the parser stumbles over after it mostly follows from it.
  const [fault] = documents.flatMap((document) => [...document.errors, ...document.warnings]);
  const [document, second] = documents;
  if (fault) return mistake(placeAt(fault.pos[0]), faultText(fault));
  if (second) return mistake(placeAt(second.range[0]), 'must be one YAML document');
  const reader = valueReader(placeAt);
  const value = reader.read(document?.contents ?? null, []);
  if (reader.mistakes.length > 0) return { ok: false, mistakes: reader.mistakes };
  return { ok: true, value, placeOf: reader.placeOf };
}

/** In a spec that people write by hand most of what YAML can't read is a line that is indented wrongly. */
const indentations: ReadonlySet<string> = new Set(['BAD_INDENT', 'BLOCK_AS_IMPLICIT_KEY', 'MULTILINE_IMPLICIT_KEY']);

const faultText = ({ code, message }: { readonly code: string; readonly message: string }): string =>
  indentations.has(code) ? `is indented otherwise than the lines around it (YAML: ${message})` : message;

/** Turns nodes into plain values and remembers where each stood. */
function valueReader(placeAt: (offset: number) => Place) {
  const places = new Map<string, { readonly key: number; readonly value: number }>();
  const mistakes: YamlMistake[] = [];
  const refuse = (path: ValuePath, offset: number, message: string): void =>
    void mistakes.push({ path, place: placeAt(offset), message });

  function read(node: Node | null, path: ValuePath, keyOffset = 0): unknown {
    const offset = node?.range?.[0] ?? keyOffset;
    places.set(JSON.stringify(path), { key: path.length === 0 ? offset : keyOffset, value: offset });
    if (isMap(node)) return readMap(node.items, path);
    if (isSeq(node)) {
      return node.items.map((item, index) => read(item as Node | null, [...path, index], offsetOf(item) ?? offset));
    }
    return isScalar(node) ? node.value : null;
  }

  function readMap(pairs: readonly { key: unknown; value: unknown }[], path: ValuePath): unknown {
    const map = Object.create(null) as Record<string, unknown>;
    for (const { key, value } of pairs) {
      const offset = offsetOf(key) ?? 0;
      const name = isScalar(key) ? key.value : undefined;
      if (typeof name !== 'string') refuse(path, offset, 'keys must be plain text');
      else if (name === '__proto__' || name === '<<') refuse(path, offset, `the key ${name} is not allowed`);
      else if (name in map) refuse([...path, name], offset, `${name} is given twice`);
      else map[name] = read(value as Node | null, [...path, name], offset);
    }
    return map;
  }

  function placeOf(path: ValuePath, part: 'key' | 'value' = 'value'): Place {
    const found = places.get(JSON.stringify(path));
    if (found) return placeAt(found[part]);
    return path.length === 0 ? firstPlace : placeOf(path.slice(0, -1), 'key');
  }

  return { read, mistakes, placeOf };
}

const offsetOf = (node: unknown): number | undefined => (node as Node | null)?.range?.[0];
