import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { whyNotEnterable } from './enter-group.ts';
import { handDown, limitNames, makeGroup, type Controller } from './instance-cgroup.ts';
import { removeGroup } from './remove-group.ts';
import { whyNotMade } from './why-no-group.ts';

/** What came of trying it, for people; each null where it works. */
export interface GroupTrial {
  readonly folder: string;
  /** Why instances start without a group. */
  readonly whyNone: string | null;
  /** Why some of `run.limits` can't be held. */
  readonly whyNoLimits: string | null;
}

/** Makes a group there, moves a short-lived process into it, and removes it again. */
export async function tryGroups(folder: string): Promise<GroupTrial> {
  const probe = path.join(folder, `slipway-probe-${process.pid}`);
  const wasThere = existsSync(probe);
  const whyNone = (await makeGroup(folder, probe, {})) ?? (await whyNotEnterable(folder, probe, null));
  if (!wasThere) await removeGroup(probe);
  const whyNoLimits = whyNone === null ? await whyLimitsAreNotHeld(folder) : null;
  return { folder, whyNone, whyNoLimits };
}

/** Each controller that is not handed down yet is, for a moment: not while an instance is given a group there. */
async function whyLimitsAreNotHeld(folder: string): Promise<string | null> {
  const handed = await handedDown(folder).catch((error: Error) => error);
  // Or it would take back what instances have.
  if (handed instanceof Error) return whyNotMade(handed, folder);
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

async function handedDown(folder: string): Promise<readonly string[]> {
  const file = path.join(folder, 'cgroup.subtree_control');
  return existsSync(file) ? (await readFile(file, 'utf8')).split(/\s/) : [];
}
