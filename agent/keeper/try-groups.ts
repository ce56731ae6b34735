import { existsSync } from 'node:fs';
import { readFile, rmdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { hasCode } from '../durable-files.ts';
import { whyNotEnterable } from './enter-group.ts';
import { HostCannotError } from './host-cannot.ts';
import { handDown, limitNames, makeGroup, type Controller } from './instance-cgroup.ts';

/** What came of trying it, for people; each null where it works. */
export interface GroupTrial {
  readonly folder: string;
  /** Why instances start without a group. */
  readonly whyNone: string | null;
  /** Why some of `run.limits` can't be held. */
  readonly whyNoLimits: string | null;
}

const emptyWithinMs = 1_000;

/** Makes a group there, moves a short-lived process into it, and removes it again. */
export async function tryGroups(folder: string): Promise<GroupTrial> {
  const probe = path.join(folder, `slipway-probe-${process.pid}`);
  const wasThere = existsSync(probe);
  const whyNone = await orWhatPasses(
    async () => (await makeGroup(folder, probe, {})) ?? (await whyNotEnterable(folder, probe, null)),
  );
  if (!wasThere) await removeGroup(probe);
  const whyNoLimits = whyNone === null ? await orWhatPasses(() => whyLimitsAreNotHeld(folder)) : null;
  return { folder, whyNone, whyNoLimits };
}

async function orWhatPasses(trying: () => Promise<string | null>): Promise<string | null> {
  try {
    return await trying();
  } catch (error) {
    if (error instanceof HostCannotError) return error.message;
    throw error;
  }
}

/** Each controller that is not handed down yet is, for a moment. */
async function whyLimitsAreNotHeld(folder: string): Promise<string | null> {
  const handed = (await readFile(path.join(folder, 'cgroup.subtree_control'), 'utf8').catch(() => '')).split(/\s/);
  const why = new Map<string, string[]>();
  for (const controller of Object.keys(limitNames) as Controller[]) {
    if (handed.includes(controller)) continue;
    const reason = await handDown(folder, controller);
    if (reason === null) await handDown(folder, controller, '-');
    else why.set(reason, [...(why.get(reason) ?? []), limitNames[controller]]);
  }
  const texts = [...why].map(([reason, limits]) => `run.limits.${limits.join(', ')} can't be held: ${reason}`);
  return texts.length === 0 ? null : texts.join('; ');
}

/** Once the kernel has seen the last process out. What stays is in nobody's way. */
async function removeGroup(group: string): Promise<void> {
  const deadline = performance.now() + emptyWithinMs;
  for (;;) {
    try {
      return await rmdir(group);
    } catch (error) {
      if (!hasCode(error, 'EBUSY') || performance.now() > deadline) return;
      await delay(20);
    }
  }
}
