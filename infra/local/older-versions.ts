/**
 * Deployments end on the workflow code that they began with. After a start with newer code, each older version that some
 * are pinned to has a control worker of its own, with its kept bundle, until the last of them has ended.
 */
import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { countOpenOn } from '../temporal/open-on-version.ts';
import { bundleBuildId } from '../temporal/worker-version.ts';
import type { DataDirectory } from './data-directory.ts';
import type { SupervisedProcess } from './supervised-process.ts';
import { copyWhole } from './workflow-bundle.ts';

const extension = '.js';
const lookEveryMs = 5_000;
const secondLookMs = 2_000;

export interface OlderVersion {
  readonly buildId: string;
  readonly bundle: string;
}

/** Keeps the bundle that an earlier start has left, before this one writes its own. */
export async function keepEarlierBundle(data: DataDirectory): Promise<void> {
  if (existsSync(data.workflowBundle)) await keepBundle(data);
}

/** Keeps the bundle of this start for those that come after. @returns its build id */
export async function keepBundle({ workflowBundle, keptBundles }: DataDirectory): Promise<string> {
  const buildId = await bundleBuildId(workflowBundle);
  const file = path.join(keptBundles, `${buildId}${extension}`);
  await copyWhole(workflowBundle, file);
  return buildId;
}

/** Those that something is pinned to. The bundles of all others go. */
export async function openOlderVersions(
  client: Client,
  { keptBundles }: DataDirectory,
  current: string,
): Promise<readonly OlderVersion[]> {
  const kept = (await readdir(keptBundles)).filter((name) => name.endsWith(extension));
  const versions = kept
    .map((name) => ({ buildId: name.slice(0, -extension.length), bundle: path.join(keptBundles, name) }))
    .filter(({ buildId }) => buildId !== current);
  const looked = await Promise.all(
    versions.map(async (version) => ({ version, isOpen: await isOpenOn(client, version) })),
  );
  for (const { version, isOpen } of looked) if (!isOpen) await rm(version.bundle);
  return looked.filter(({ isOpen }) => isOpen).map(({ version }) => version);
}

/** What isn't seen may only be not seen yet, just after Temporal's start: "nothing" counts when it is seen twice. */
async function isOpenOn(client: Client, { buildId }: OlderVersion): Promise<boolean> {
  if ((await countOpenOn(client, buildId)) > 0) return true;
  await delay(secondLookMs);
  return (await countOpenOn(client, buildId)) > 0;
}

/** Ends the worker when nothing is pinned to its version any more. */
export async function drain(
  client: Client,
  { buildId, bundle }: OlderVersion,
  worker: Pick<SupervisedProcess, 'stop'>,
  stop: AbortSignal,
  everyMs: number = lookEveryMs,
): Promise<void> {
  for (let seenEmpty = 0; seenEmpty < 2;) {
    await delay(everyMs, undefined, { signal: stop }).catch(() => undefined);
    if (stop.aborted) return;
    // A Temporal that is away says nothing: asked again.
    const open = await countOpenOn(client, buildId).catch(() => 1);
    seenEmpty = open === 0 ? seenEmpty + 1 : 0;
  }
  await worker.stop();
  await rm(bundle, { force: true });
}
