import path from 'node:path';
import { isRefused } from '../../../domain/goal/host-status.ts';
import type { Digest } from '../../../domain/names.ts';
import { checkout } from '../test-region.ts';
import type { TestRelease } from '../test-release.ts';
import type { HostOnDisk } from './host-on-disk.ts';
import type { Scenario, Stage } from './scenarios.ts';
import type { SiteHost } from './site-host.ts';

/** What the host has to hold at every moment, whatever became of its agent. Each entry is one broken rule. */
export function brokenAlways(host: SiteHost, scenario: Scenario, releases: readonly TestRelease[]): string[] {
  const { disk, keeper } = host;
  const broken = brokenOnDisk(disk, scenario, releases);
  const byDigest = (digest: Digest): TestRelease | null => releases.find((each) => each.digest === digest) ?? null;
  const { running } = keeper;
  if (running !== null) {
    if (!scenario.allowed.includes(byDigest(running.release))) broken.push(`${running.release} runs`);
    const tree = path.join('services', checkout, 'releases', running.release.slice(7), 'tree');
    const number = byDigest(running.release)?.number;
    if (!running.cwd.endsWith(tree)) broken.push(`${running.release} runs in ${running.cwd}`);
    if (running.env['SLIPWAY_RELEASE'] !== `checkout@${number}`)
      broken.push('an instance has the name of another release');
  }
  return broken;
}

/** Of these rules, those that hold where nothing runs, too. */
export function brokenOnDisk(
  disk: HostOnDisk,
  { allowed, edit }: Scenario,
  releases: readonly TestRelease[],
): string[] {
  const broken: string[] = [];
  const byDigest = (digest: Digest | null): TestRelease | null =>
    releases.find((release) => release.digest === digest) ?? null;
  const { current } = disk;
  if (!allowed.includes(byDigest(current))) broken.push(`current points to ${String(current)}`);
  const isReady = current !== null && (disk.marked.includes(current) || disk.isBeingReplaced(current));
  if (current !== null && !isReady) broken.push('current points to no whole release');
  for (const digest of disk.marked) {
    const release = byDigest(digest);
    const damage = release === null ? `${digest} is unknown` : disk.damage(release);
    if (damage !== null && damage !== edit?.damage) broken.push(`a release that is no whole one says it is: ${damage}`);
  }
  if (disk.previous !== null && !disk.marked.includes(disk.previous))
    broken.push('previous points to no whole release');
  return broken;
}

/** What a fresh agent has to come to by itself, without its gateway: one of the two runs, and it is the linked one. */
export function runsSomething({ disk, keeper }: SiteHost): boolean {
  const remembered = disk.remembered();
  const { running } = keeper;
  if (disk.current === null) return running === null && remembered.trial === null;
  return running?.release === disk.current && remembered.trial === null;
}

/**
 * Whether the tree of what runs is as it was published again, and what runs was started from it. By the keeper's word: the journal
 * doesn't know of one that a killed agent has started, and the next one has found.
 */
export function isMended({ disk, keeper }: SiteHost, { runs }: Stage): boolean {
  if (disk.unfinished.length > 0 || !disk.marked.includes(runs.digest)) return false;
  try {
    return disk.damage(runs) === null && keeper.running?.instance.id !== disk.remembered().outdated;
  } catch {
    return false; // its tree is being exchanged just now
  }
}

/** Whether the host has done what the goal asks, and has nothing left to do. */
export function hasSettled(
  { disk, keeper }: SiteHost,
  { goal, runs, previous, onDisk, pinned }: Stage,
  bad: TestRelease | null,
): boolean {
  const remembered = disk.remembered();
  return (
    remembered.floor?.generation === goal.generation &&
    remembered.trial === null &&
    disk.current === runs.digest &&
    keeper.running?.release === runs.digest &&
    (previous === undefined || disk.previous === previous.digest) &&
    (onDisk === undefined || disk.marked.length === onDisk.length) &&
    (pinned === undefined || remembered.pin === pinned.digest) &&
    (bad === null || isRefused(remembered.refused, remembered.floor.attempt.deployment, bad.digest))
  );
}
