import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';

const project = path.resolve(import.meta.dirname, '../..');

/** Each test that docs/attacks.md names: `file`: what its source says. */
const named = [
  ...readFileSync(path.join(project, 'docs/attacks.md'), 'utf8').matchAll(
    /`([\w./-]+\.test\.ts)`: ([^;|]+?)(?=;| \|)/g,
  ),
].map(([, file, sentence]) => [sentence!.trim(), file!] as const);

test('attacks and failures name their tests', () => {
  expect(named.length).toBeGreaterThan(50);
});

test.each(named)('%s: is a test of %s', (sentence, file) => {
  expect(readFileSync(path.join(project, file), 'utf8')).toContain(sentence);
});
