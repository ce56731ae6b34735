import path from 'node:path';
import { bundleWorkflows } from '../../workflows/bundle.ts';

/** Kept from run to run: a bundle is built again only when a source has changed. */
const folder = path.resolve(import.meta.dirname, '../../node_modules/.cache/slipway');

/** What workflows need on the server that skips time. */
export const interceptorsForSkippedTime = ['limits-that-end.ts', 'timers-that-end.ts'].map((name) =>
  path.join(import.meta.dirname, name),
);

/** For the server that skips time. Answers its file. */
export async function bundleForSkippedTime(): Promise<string> {
  const file = path.join(folder, 'workflows-in-skipped-time.js');
  await bundleWorkflows(file, interceptorsForSkippedTime);
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
