import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';

const project = path.resolve(import.meta.dirname, '../..');
const pages = ['README.md', ...globSync('docs/**/*.md', { cwd: project })];

/** Rows that begin a table, as nothing of one stands above them, and have no line of dashes below: they are shown as text. */
function strayRows(page: string): readonly string[] {
  let isCode = false;
  const lines = readFileSync(path.join(project, page), 'utf8').split('\n');
  return lines.filter((line, index) => {
    if (line.startsWith('```')) isCode = !isCode;
    const begins = !isCode && line.startsWith('|') && lines[index - 1]?.startsWith('|') !== true;
    return begins && !/^\|( *:?-+:? *\|)+$/.test(lines[index + 1] ?? '');
  });
}

test.each(pages)('each row of a table in %s is shown as one', (page) => {
  expect(strayRows(page)).toEqual([]);
});
