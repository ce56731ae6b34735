/**
 * `node test/contract/record.ts`: keeps the shapes of what workflows and activities say to each other, as they are now.
 * With `--new` only of contracts that none is kept of yet: what is kept of others stays.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { contractFiles } from './contract-files.ts';

const project = path.resolve(import.meta.dirname, '../..');
const kept = path.join(import.meta.dirname, 'earlier');
const compiler = path.join(project, 'node_modules/typescript/bin/tsc');
const asDeclarations = ['--noEmit', 'false', '--declaration', '--emitDeclarationOnly', '--removeComments'];

/** Files that a declaration needs, relative to the project. */
const needed = (file: string, text: string): readonly string[] =>
  [...text.matchAll(/(?:from |import\()'(\.[^']+)'/g)].map(([, to]) => path.join(path.dirname(file), to!));

/** Brands are of one declaration: what stands for the same thing is compared as the same thing. */
const today = (file: string): string =>
  `export type * from '${path.relative(path.join(kept, path.dirname(file)), path.join(project, file))}';\n`;

const onlyNew = process.argv.includes('--new');
const isKept = (file: string): boolean => existsSync(path.join(kept, file.replace(/\.ts$/, '.d.ts')));

const declared = await mkdtemp(path.join(tmpdir(), 'slipway-contract-'));
try {
  // It says that some schema can't be declared, and declares all else.
  await promisify(execFile)(process.execPath, [compiler, ...asDeclarations, '--outDir', declared], {
    cwd: project,
  }).catch(() => undefined);
  if (!onlyNew) await rm(kept, { recursive: true, force: true });
  const wanted = (file: string): boolean => !onlyNew || !isKept(file);
  const files = (await contractFiles()).filter(wanted);
  for (const file of files) {
    const declaration = file.replace(/\.ts$/, '.d.ts');
    const text = await readFile(path.join(declared, declaration), 'utf8');
    files.push(...needed(file, text).filter((each) => !files.includes(each) && wanted(each)));
    await mkdir(path.join(kept, path.dirname(file)), { recursive: true });
    await writeFile(path.join(kept, declaration), file === 'domain/names.ts' ? today(file) : text);
  }
} finally {
  await rm(declared, { recursive: true, force: true });
}
