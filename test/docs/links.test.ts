import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { anchor } from '../../docs/generate/markdown.ts';
import { documents, proseOf, type Document } from './fenced-blocks.ts';

const project = path.resolve(import.meta.dirname, '../..');

interface Link {
  readonly from: string;
  readonly to: string;
}

const linksOf = (document: Document): readonly Link[] =>
  [...proseOf(document).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, to]) => ({ from: document.file, to: to! }))
    .filter(({ to }) => !/^https?:/.test(to));

const anchorsOf = (file: string): readonly string[] =>
  [...readFileSync(file, 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, heading]) => anchor(heading!));

function isBroken({ from, to }: Link): boolean {
  const [target = '', fragment] = to.split('#');
  const file = target === '' ? path.join(project, from) : path.join(project, path.dirname(from), target);
  if (!existsSync(file)) return true;
  return fragment !== undefined && (statSync(file).isDirectory() || !anchorsOf(file).includes(`#${fragment}`));
}

test('every link in README and docs leads to a file, and to a heading in it', () => {
  const broken = documents().flatMap(linksOf).filter(isBroken);
  expect(broken.map(({ from, to }) => `${from} → ${to}`)).toEqual([]);
});

test('no file holds the marks of a merge that was left half done', () => {
  const { stdout, stderr } = spawnSync('git', ['grep', '-nE', '^(<{7}|>{7}) '], { cwd: project, encoding: 'utf8' });
  expect([stdout, stderr]).toEqual(['', '']);
});
