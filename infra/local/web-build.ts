import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const projectRoot = path.resolve(import.meta.dirname, '../..');
const stampFile = 'sources.sha256';

/**
 * Builds the pages into `folder`, unless they were built there from the same sources and packages. Whoever serves them
 * never finds half of them. @throws Error with what the build printed
 */
export async function buildPages(folder: string): Promise<void> {
  const digest = await digestOfSources();
  const present = await readFile(path.join(folder, stampFile), 'utf8').catch(() => '');
  if (present === digest) return;
  const staging = `${folder}.${process.pid}`;
  try {
    const entry = path.join(import.meta.dirname, 'vite-build.ts');
    await promisify(execFile)(process.execPath, ['--disable-warning=ExperimentalWarning', entry, staging], {
      // What is built must not depend on who builds: under `test` or `development` it would be React's slow code.
      env: { ...process.env, NODE_ENV: 'production' },
    });
    await writeFile(path.join(staging, stampFile), digest);
    await rm(folder, { recursive: true, force: true });
    await rename(staging, folder);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

/** Of what the pages are made of, how they are built, and of the lock file in place of the packages. */
async function digestOfSources(): Promise<string> {
  const folders = ['web', 'domain'].map((folder) =>
    readdir(inProject(folder), { recursive: true, withFileTypes: true }),
  );
  const listed = (await Promise.all(folders)).flat();
  const sources = listed.filter((entry) => entry.isFile() && !/\.(test|fixture)\.ts$|\.md$/.test(entry.name));
  const files = sources.map((entry) => path.join(entry.parentPath, entry.name)).toSorted();
  const digest = createHash('sha256');
  for (const file of [...files, ...['package-lock.json', 'infra/local/vite-build.ts'].map(inProject)])
    digest
      .update(`${path.relative(projectRoot, file)}\0`)
      .update(await readFile(file))
      .update('\0');
  return digest.digest('hex');
}

const inProject = (file: string): string => path.join(projectRoot, file);
