import { copyFile, mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { bundleWorkflows } from '../../workflows/bundle.ts';

/** Of this checkout; what several data directories need is built once. */
const builtBefore = path.resolve(import.meta.dirname, '../../node_modules/.cache/slipway/workflows.js');

/** Writes the bundle of all workflows to `file`. @throws Error when a workflow imports what may not be in a bundle */
export async function writeWorkflowBundle(file: string, built: string = builtBefore): Promise<void> {
  try {
    await bundleWorkflows(built);
  } catch (error) {
    if (!mayNotWrite(error)) throw error;
    return bundleWorkflows(file); // packages that belong to somebody else
  }
  await copyWhole(built, file);
}

/** Folders are made; readers never see half a file. */
export async function copyWhole(from: string, to: string): Promise<void> {
  await mkdir(path.dirname(to), { recursive: true });
  const staging = `${to}.${process.pid}`;
  try {
    await copyFile(from, staging);
    await rename(staging, to);
  } finally {
    await rm(staging, { force: true });
  }
}

const mayNotWrite = (error: unknown): boolean =>
  ['EACCES', 'EPERM', 'EROFS', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');
