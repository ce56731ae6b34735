/** The promises of docs/design.md §8 and the facts of docs/goal-protocol.md, as they are asked after each thing that happens. */
import { compareAttempts } from '../../../domain/goal/attempt.ts';
import type { GoalRow } from '../../../domain/goal/goal.ts';
import { isRefused } from '../../../domain/goal/host-status.ts';
import type { Digest } from '../../../domain/names.ts';
import { regionOutcomes } from '../centre/rows.ts';
import { digestOf, releaseOf } from '../world/names.ts';
import type { Region, World } from '../world/world.ts';
import { badHostsStop, batchIsItsShare, budgetHolds, onlyBadIsUndone, personIsAskedForAReason } from './batches.ts';
import { broken } from './check.ts';
import type { Check } from './check.ts';
import { endShutsTheLane, nothingStartsBehindAnUndo, rollbackFollows, rollbackIsOneStep } from './going-back.ts';
import type { Broken, Notice } from './notice.ts';
import { remembered } from './remembered.ts';

/** 1. Only an admitted release ever runs. */
const onlyAdmittedRuns: Check<'host switched'> = ({ centre }, { host, to }) =>
  to === null || centre.releases.get(releaseOf(to))?.state === 'admitted'
    ? null
    : broken('1', `${host.id} runs ${to}, which is not admitted`);

/** 5. Generations never go down: neither a region's, nor what a host takes up. */
const generationsRise: Check<'goal written'> = (_world, { region, row, by }) =>
  row.generation > region.highest
    ? null
    : broken('5', `${region.name} wrote generation ${row.generation} by ${by} after ${region.highest}`);

const floorsRise: Check<'goal taken up'> = (_world, { host, floor }) => {
  const before = host.memory.floor;
  if (before === null) return null;
  const order = compareAttempts(floor.attempt, before.attempt) || floor.generation - before.generation;
  return order >= 0 ? null : broken('5', `${host.id} took up ${floor.generation} after ${before.generation}`);
};

/** One generation has one content, or two hosts of a region would follow different goals for ever. */
const oneContent: Check<'goal taken up'> = (_world, { region, row }) => {
  const known = region.served.find(({ generation }) => generation === row.generation);
  if (known === undefined) region.served = [...region.served, row];
  return known === undefined || known === row || contentOf(known) === contentOf(row)
    ? null
    : broken('goal-protocol: one generation', `${region.name} served two goals as ${row.generation}`);
};

const contentOf = ({ attempt, mode, base, next, keep, cut }: GoalRow): string =>
  JSON.stringify([attempt, mode, base, next, keep, cut]);

/** 7. An accepted delivery is never lost. */
const deliveriesAreKept: Check<'merge accepted'> = (_world, { key, isKnown }) =>
  isKnown ? broken('7', `a new merge was taken for one that was seen: ${key}`) : null;

/** 10. Every activity can run twice with the effect of once. */
const onceIsEnough: Check<'done twice'> = (_world, { call, first, second, same }) => {
  if (!same) return broken('10', `${call.name} of ${call.place} changed something when it was done again`);
  const outcomes = [first, second].map((answer) => (answer as { outcome?: string } | null)?.outcome);
  const isStep = call.place !== 'centre' && !(call.isWatch ?? false);
  return isStep && outcomes[0] !== outcomes[1]
    ? broken('10', `${call.name} of ${call.place} answered ${outcomes.join(', then ')}`)
    : null;
};

/** 13. "Succeeded" means that every host of the snapshot reported the digest healthy, but for those listed by name. */
const successIsEverywhere: Check<'deployment ended'> = (world, { deployment, end }) => {
  if (end.outcome !== 'succeeded') return null;
  for (const { region: name, outcome, missing } of end.regions) {
    const region = world.regions.get(name);
    // A restored database has forgotten what hosts reported before.
    if (region === undefined || outcome !== 'succeeded' || end.pending.includes(name) || region.everRestored) continue;
    const { row, snapshots } = region.database;
    if (row?.attempt.deployment !== deployment) continue;
    const expected = snapshots.find((one) => one.deployment === deployment)?.hosts ?? [];
    const lacking = expected.filter((host) => !region.reportedHealthy.includes(host) && !missing.includes(host));
    if (lacking.length > 0) return broken('13', `${lacking.join(', ')} never reported ${deployment} healthy`);
  }
  return null;
};

/** Nobody watches a region that a deployment has ended without: its goal no longer goes forward, or it owes that. */
const skippedStays: Check<'deployment ended'> = (world, { deployment, end }) => {
  for (const { region: name, outcome } of end.regions) {
    const region = world.regions.get(name);
    if (region === undefined || outcome !== 'skipped' || end.pending.includes(name) || region.everRestored) continue;
    const { row } = region.database;
    if (row?.attempt.deployment === deployment && row.mode === 'advance')
      return broken('goal-protocol: skip', `${deployment} ended without ${name}, whose goal goes forward`);
  }
  return null;
};

/** 15. Unknown is never counted as healthy. */
const unknownIsNotHealthy: Check<'judged'> = (_world, { region, view, verdict }) => {
  const well = view.hosts.filter(
    ({ health, running }) => health === 'healthy' && running === view.next.release.digest,
  ).length;
  return verdict.counts.healthy <= well
    ? null
    : broken('15', `${region.name}: ${verdict.counts.healthy} hosts counted as healthy, ${well} are`);
};

/** The base is only what a deployment finished; what is kept was never undone; an undone deployment stays undone. */
const undoneStaysUndone: Check<'goal written'> = (world, { region, before, row, by }) => {
  const { base, keep, attempt, mode } = row;
  const rows = [...world.centre.deployments.values()];
  const isFinished = (release: Digest): boolean =>
    rows.some((one) => digestOf(one.release) === release && one.pointOfNoReturn);
  if (base !== null && !isFinished(base.release.digest))
    return broken('goal-protocol: base', `${region.name} has ${base.release.digest} as base, which nobody finished`);
  const kept = keep.find((release) => isUndone(world, region, release, attempt.deployment));
  if (kept !== undefined) return broken('goal-protocol: keep', `${region.name} keeps ${kept}, which was undone`);
  const wasUndone = before?.mode === 'undo' ? before.attempt.deployment : 0;
  return mode !== 'undo' &&
    attempt.deployment <= Math.max(region.undone, wasUndone) &&
    !isLocalRollback(world, attempt.deployment)
    ? broken('goal-protocol: undo', `${attempt.deployment} comes back in ${region.name} by ${by} after its undo`)
    : null;
};

/** A rollback inside a region where nothing is open makes no deployment undone. */
const isLocalRollback = ({ centre }: World, deployment: number): boolean =>
  centre.deployments.get(deployment)?.pointOfNoReturn ?? false;

function isUndone(world: World, region: Region, release: Digest, before: number): boolean {
  const newest = regionOutcomes(world, region.name).findLast(
    ({ deployment }) => deployment < before && digestOfDeployment(world, deployment) === release,
  );
  return newest?.outcome === 'undone';
}

const digestOfDeployment = ({ centre }: World, deployment: number): Digest | null => {
  const release = centre.deployments.get(deployment)?.release;
  return release === undefined ? null : digestOf(release);
};

/** On the way forward no host is sent back, but from what was undone or what it refuses. */
const nobodyGoesBack: Check<'host switched'> = (world, { region, host, from, to, why, knew }) => {
  const goal = host.goal?.goal;
  if (why !== 'goal' || goal === undefined || goal.mode !== 'advance' || from === null || region.everRestored)
    return null;
  if (goal.next === null || to !== goal.base?.release.digest || to === goal.next.release.digest) return null;
  const { deployment } = goal.attempt;
  if (from === goal.next.release.digest && knew === deployment && !isRefused(host.memory.refused, deployment, from))
    return broken('goal-protocol: forward', `${host.id} goes back from ${from} in an advance of ${deployment}`);
  const left = regionOutcomes(world, region.name).filter((one) => one.deployment < deployment);
  const newest = left.findLast((one) => digestOfDeployment(world, one.deployment) === from);
  const wasLeft = newest?.outcome === 'held' || newest?.outcome === 'skipped';
  const undoneSince = left.some((one) => one.deployment >= (newest?.deployment ?? 0) && one.outcome === 'undone');
  const finishedSince = left.some((one) => one.deployment > (newest?.deployment ?? 0) && one.outcome === 'succeeded');
  return wasLeft && !undoneSince && !finishedSince && region.wentBack < newest.deployment
    ? broken('goal-protocol: forward', `${host.id} goes back from ${from}, which a hold had left running`)
    : null;
};

/** A region is told undone when each reachable, unpinned host there runs the base. */
const undoneMeansBase: Check<'undone'> = (_world, { region, row, hosts, absentAfterMs }) => {
  const base = row.base?.release.digest ?? null;
  const elsewhere = hosts.find(
    ({ reportAgeMs, pinned, running, generation, refused, selected, snapshotted }) =>
      (selected.base || selected.next || snapshotted) &&
      reportAgeMs !== null &&
      reportAgeMs < absentAfterMs &&
      !pinned &&
      (running !== base || generation < row.generation) &&
      !(base !== null && isRefused(refused, row.attempt.deployment, base)),
  );
  return elsewhere === undefined
    ? null
    : broken('goal-protocol: undone', `${region.name} was called undone while ${elsewhere.host} is not on its base`);
};

const checks: { readonly [Kind in Notice['kind']]: readonly Check<Kind>[] } = {
  'goal written': [generationsRise, undoneStaysUndone],
  'goal taken up': [floorsRise, oneContent],
  'host switched': [onlyAdmittedRuns, nobodyGoesBack],
  'batch begun': [budgetHolds, batchIsItsShare],
  judged: [unknownIsNotHealthy, badHostsStop, onlyBadIsUndone, personIsAskedForAReason],
  undone: [undoneMeansBase],
  'deployment ended': [successIsEverywhere, skippedStays, endShutsTheLane],
  'deployment opened': [],
  'deployment started': [nothingStartsBehindAnUndo, rollbackFollows],
  'rollback asked': [],
  'rollback named': [rollbackIsOneStep],
  'lane opened': [],
  'done twice': [onceIsEnough],
  'merge accepted': [deliveriesAreKept],
};

/** What the notice breaks, if it does; what later promises need of it is remembered. */
export function brokenBy(world: World, notice: Notice): Broken | null {
  for (const check of checks[notice.kind] as readonly Check<Notice['kind']>[]) {
    const found = check(world, notice as never);
    if (found !== null) return found;
  }
  world.remembered = remembered(world, notice);
  return null;
}
