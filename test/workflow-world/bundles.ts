import path from 'node:path';
import { bundleWorkflows } from '../../workflows/bundle.ts';

/** Kept from run to run: a bundle is built again only when a source has changed. */
const folder = path.resolve(import.meta.dirname, '../../node_modules/.cache/slipway');

/** For the server that skips time. Answers its file. */
export async function bundleForSkippedTime(): Promise<string> {
  const file = path.join(folder, 'workflows-in-skipped-time.js');
  await bundleWorkflows(file, [path.join(import.meta.dirname, 'limits-that-end.ts')]);
  return file;
}

/** For Temporal's own server, with limits of waiting for a worker that pass soon. Answers its file. */
export async function bundleForShortWaits(): Promise<string> {
  const file = path.join(folder, 'workflows-with-short-waits.js');
  await bundleWorkflows(file, [path.join(import.meta.dirname, 'waits-in-short.ts')]);
  return file;
}

/** For Temporal's own server. Answers its file. */
export async function bundleForRealTime(): Promise<string> {
  const file = path.join(folder, 'workflows.js');
  await bundleWorkflows(file);
  return file;
}
