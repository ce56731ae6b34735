import { describe, expect, test } from '@jest/globals';
import { readBoundedYaml, type YamlResult } from './bounded-yaml.ts';

const maxBytes = 64 * 1024;
const read = (source: string | Uint8Array): YamlResult => readBoundedYaml(source, maxBytes);

function mistakeIn(source: string | Uint8Array): string {
  const result = read(source);
  if (result.ok) throw new Error(`accepted: ${JSON.stringify(result.value)}`);
  const { place, message } = result.mistakes[0]!;
  return `${place.line}:${place.column} ${message}`;
}

const laughs = [
  'a: &a [ha, ha]',
  ...Array.from('bcdefghij', (name, i) => `${name}: &${name} [${`*${'abcdefghi'[i]}, `.repeat(9)}]`),
];

describe('a document of strangers', () => {
  test.each([
    ['a billion laughs', laughs.join('\n'), '1:4 anchors (`&name`) are not allowed: write the value out'],
    ['an alias alone', 'a: *b', '1:4 aliases (`*name`) are not allowed: write the value out'],
    ['a tag', 'a: 1\nb: !!js/function "x"', '2:4 tags (`!name`) are not allowed'],
    ['a tag on a key', '!x a: 1', '1:1 tags (`!name`) are not allowed'],
    ['an anchor in a list', 'a:\n  - &x 1', '2:5 anchors (`&name`) are not allowed: write the value out'],
    ['a merge key', 'a: 1\n<<: { b: 2 }', '2:1 the key << is not allowed'],
    ['a directive', '%YAML 1.1\n---\na: yes', '1:1 directives (`%name`) are not allowed'],
    ['a second document', 'a: 1\n---\nb: 2', '2:1 must be one YAML document'],
    ['__proto__', 'a: 1\n__proto__: { polluted: true }', '2:1 the key __proto__ is not allowed'],
    ['a key given twice', 'a: 1\nb: 2\na: 3', '3:1 a is given twice'],
    ['a key given twice, quoted', 'a: { x: 1, "x": 2 }', '1:12 x is given twice'],
    ['a list as key', '? [a]\n: 1', '1:3 keys must be plain text'],
    ['a number as key', '1: a', '1:1 keys must be plain text'],
    ['NUL', 'a: 1\nb: x\0y', '2:5 must not hold control characters'],
    ['a tab as indentation', 'a:\n\tb: 1', '2:1 Tabs are not allowed as indentation'],
    [
      'a line that is indented too deep',
      'run:\n  command: [a]\n    env: {}',
      '3:1 is indented otherwise than the lines around it (YAML: All mapping items must start at the same column)',
    ],
    ['bytes that are no UTF-8', Uint8Array.of(0x61, 0x3a, 0x20, 0xff), '1:1 must be UTF-8 text'],
    ['more than the limit', 'a'.repeat(maxBytes + 1), '1:1 must be at most 64 KiB; it has 65537 bytes'],
    ['more bytes than characters', 'é'.repeat(40_000), '1:1 must be at most 64 KiB; it has 80000 bytes'],
    ['an open quote', 'a: "b', '1:6 Missing closing "quote'],
  ])('is refused for %s', (_, source, mistake) => expect(mistakeIn(source)).toBe(mistake));

  test.each([
    ['lists', '['],
    ['mappings', '{a: '],
    ['block lists', '- '],
    ['explicit keys', '? '],
  ])('may nest %s as deep as it likes without overflowing anything', (_, opening) => {
    expect(mistakeIn(opening.repeat(60_000 / opening.length))).toMatch(/nested deeper than 16 levels/);
  });

  test('of 10,000 keys is read in well under a second of work', () => {
    const result = read(
      Array.from({ length: 10_000 }, (_, i) => `k${i}:`)
        .join('\n')
        .slice(0, maxBytes),
    );
    expect(result.ok).toBe(true);
  });

  test('may be one list of 65,000 nothings', () => {
    expect(read(`[${',a'.repeat(32_000)}]`).ok).toBe(false);
    expect(read(`[${'a,'.repeat(32_000)}]`).ok).toBe(true);
  });

  test('may be empty', () => {
    expect(read('')).toMatchObject({ ok: true, value: null });
    expect(read('# only a comment')).toMatchObject({ ok: true, value: null });
  });
});

test('a mapping has no prototype, so that `constructor` is only a key', () => {
  const result = read('constructor: 1');
  if (!result.ok) throw new Error('refused');
  expect(Object.getPrototypeOf(result.value)).toBeNull();
  expect(Object.keys(result.value as object)).toEqual(['constructor']);
});

test('every value knows its place, and what is not there the place of its nearest parent', () => {
  const result = read('a: 1\nb:\n  - x\n  - { c: yes }\n');
  if (!result.ok) throw new Error('refused');
  expect(result.placeOf(['a'])).toEqual({ line: 1, column: 4 });
  expect(result.placeOf(['a'], 'key')).toEqual({ line: 1, column: 1 });
  expect(result.placeOf(['b', 1, 'c'])).toEqual({ line: 4, column: 10 });
  expect(result.placeOf(['b', 1, 'missing', 'deeper'])).toEqual({ line: 4, column: 5 });
  expect(result.placeOf(['missing'])).toEqual({ line: 1, column: 1 });
});
