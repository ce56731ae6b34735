/**
 * Promise 8 and what docs/design.md §5 says of batches, asked of the spec and of what hosts reported. Nothing here calls what
 * decides about batches: it would agree with itself.
 */
import { isRefused } from '../../../domain/goal/host-status.ts';
import type { HostStatus } from '../../../domain/goal/host-status.ts';
import type { Share } from '../../../domain/spec/service-spec.ts';
import { deploymentRow } from '../centre/rows.ts';
import type { World } from '../world/world.ts';
import type { Check, Of } from './check.ts';
import { broken } from './check.ts';

/** No batch begins while more hosts have failed than the budget allows: then only a batch in flight can pass it. */
export const budgetHolds: Check<'batch begun'> = ({ setting }, { region, batch, before, hosts }) => {
  const { row } = region.database;
  const next = row?.next?.release.digest;
  if (next === undefined || before.length === 0) return null;
  const told = new Set(before.flatMap(({ members }) => members.hosts));
  const failed = hosts.filter(({ refused }) => isRefused(refused, batch.attempt.deployment, next));
  const allowed = before.every(({ number }) => number === 1) ? 0 : mostBad(setting.spec.rollout.budget, told.size);
  if (failed.length <= allowed) return null;
  return broken('8', `${region.name} began batch ${batch.number} with ${names(failed)} failed, ${allowed} allowed`);
};

/** A batch brings no more hosts than its share, of those that can take part: the first one is a canary. */
export const batchIsItsShare: Check<'batch begun'> = (world, { region, batch, before, hosts, absentAfterMs }) => {
  const share = shareOf(world, region.name, batch.attempt.deployment, batch.number);
  const ready = hosts.filter((host) => isHeard(host, absentAfterMs) && !host.pinned && !host.maintenance);
  const told = new Set([...before, batch].flatMap(({ members }) => members.hosts));
  const together = ready.filter(({ host }) => told.has(host)).length;
  const most = share === undefined ? 0 : countOf(share, ready.length);
  return batch.members.hosts.length === 0 || together <= most
    ? null
    : broken(
        'batch',
        `${region.name} began batch ${batch.number} with ${together} of ${ready.length} hosts, not ${most}`,
      );
};

/** As the spec says; a rollback has one canary, and then all. */
function shareOf(world: World, region: string, deployment: number, batch: number): Share | undefined {
  if (deploymentRow(world, deployment).kind === 'rollback') return batch === 1 ? { hosts: 1 } : { percent: 100 };
  const { stages } = world.setting.spec.rollout;
  return stages.find(({ regions }) => regions.some((name) => name === region))?.batches[batch - 1];
}

/** Rounded up, at least one. */
const countOf = (share: Share, hosts: number): number =>
  'hosts' in share ? Math.min(share.hosts, hosts) : Math.max(1, Math.ceil((share.percent * hosts) / 100));

/** Nothing goes on with more hosts failed or lost than the budget allows, and of the canary none may be. */
export const badHostsStop: Check<'judged'> = (world, notice) => {
  const { region, view, verdict, batch } = notice;
  if (verdict.verdict !== 'advance') return null;
  const { bad, mostSwitched } = countsIn(notice);
  const allowed = batch?.number === 1 ? 0 : mostBad(world.setting.spec.rollout.budget, mostSwitched);
  if (bad.length <= allowed) return null;
  const what = batch === null ? 'the bake' : `batch ${batch.number}`;
  return broken(
    '8',
    `${region.name} went on after ${what} of ${view.attempt.deployment} without ${names(bad)}, ${allowed} allowed`,
  );
};

/** What is undone by itself has failed, and in a world where everything else is bad nothing is undone. */
export const onlyBadIsUndone: Check<'judged'> = (world, notice) => {
  const { region, verdict } = notice;
  if (verdict.verdict !== 'stop') return null;
  if (!mayStop(world, notice))
    return broken('judge: stop', `${region.name} is undone, and no more failed than may: ${verdict.reason}`);
  const { well, ill } = comparedIn(notice);
  return well === 0 && ill > 0
    ? broken('judge: stop', `${region.name} is undone in a world where all else is bad too: ${verdict.reason}`)
    : null;
};

/** A person is asked where everything else is bad too, or where nobody was left to judge by. */
export const personIsAskedForAReason: Check<'judged'> = (world, notice) => {
  const { region, view, verdict, batch } = notice;
  if (verdict.verdict !== 'hold') return null;
  const left = view.hosts.filter(
    ({ host, pinned, maintenance }) => batch?.hosts.includes(host) && !pinned && !maintenance,
  );
  const { bad } = countsIn(notice);
  if (batch !== null && left.length === 0 && bad.length === 0) return null;
  return mayStop(world, notice) && comparedIn(notice).notWell === 0
    ? broken('judge: hold', `${region.name} asks a person about a release that is bad: ${verdict.reason}`)
    : null;
};

/** More are bad than may be, or of those that had to show that the release can be well at all none does. */
function mayStop(world: World, notice: Of<'judged'>): boolean {
  const { view, batch } = notice;
  const { bad, left, leastSwitched } = countsIn(notice);
  const allowed = batch?.number === 1 ? 0 : mostBad(world.setting.spec.rollout.budget, leastSwitched);
  const own = batch === null || batch.hosts.length === 0 ? view.ordered : batch.hosts;
  const showsIt = view.hosts.some((host) => own.includes(host.host) && isWell(host, notice));
  const most = [...bad, ...left];
  return most.length > allowed || (most.length > 0 && !showsIt);
}

interface Counts {
  /** Failed, or told to switch and not well on the release. */
  readonly bad: readonly HostStatus[];
  /** Not well on the release, though nobody told them to run it: they may count. */
  readonly left: readonly HostStatus[];
  /** Hosts that count without doubt, and with those that switched without having been told. */
  readonly leastSwitched: number;
  readonly mostSwitched: number;
}

function countsIn(notice: Of<'judged'>): Counts {
  const { attempt, next, hosts, ordered } = notice.view;
  const { digest } = next.release;
  const hasFailed = ({ refused }: HostStatus): boolean => isRefused(refused, attempt.deployment, digest);
  const counts = hosts.filter(
    (host) => hasFailed(host) || (ordered.includes(host.host) && !host.pinned && !host.maintenance),
  );
  const switched = hosts.filter((host) => counts.includes(host) || host.running === digest);
  const bad = counts.filter((host) => hasFailed(host) || !isWell(host, notice));
  const left = switched.filter((host) => !counts.includes(host) && !isWell(host, notice));
  return { bad, left, leastSwitched: counts.length, mostSwitched: switched.length };
}

interface Compared {
  readonly well: number;
  readonly ill: number;
  /** With those that nobody hears, or that are still coming up. */
  readonly notWell: number;
}

/** What is known of all that the release didn't touch, and of hosts that left it again. */
function comparedIn({ view, region }: Of<'judged'>): Compared {
  const { hosts, ordered, next, cut, absentAfterMs } = view;
  const isAside = ({ host, position, pinned, running, refused }: HostStatus): boolean =>
    isRefused(refused, view.attempt.deployment, next.release.digest)
      ? running !== null && running !== next.release.digest
      : !ordered.includes(host) && !pinned && (cut === null || position > cut);
  const aside = hosts.filter(isAside);
  const { healthy, unhealthy } = region.otherServices;
  const heard = aside.filter((host) => isHeard(host, absentAfterMs));
  const well = heard.filter(({ health }) => health === 'healthy').length;
  const ill = heard.filter(({ health }) => health === 'unhealthy').length;
  return { well: healthy + well, ill: unhealthy + ill, notWell: unhealthy + aside.length - well };
}

const isWell = ({ running, health, attempt, reportAgeMs }: HostStatus, { view }: Of<'judged'>): boolean =>
  running === view.next.release.digest &&
  health === 'healthy' &&
  attempt?.deployment === view.attempt.deployment &&
  reportAgeMs !== null &&
  reportAgeMs < view.absentAfterMs;

const isHeard = ({ reportAgeMs }: HostStatus, absentAfterMs: number): boolean =>
  reportAgeMs !== null && reportAgeMs < absentAfterMs;

/** A share of them, rounded down, and never more than the cap. */
const mostBad = (
  { failedPercent, cap }: { readonly failedPercent: number; readonly cap: number },
  of: number,
): number => Math.min(cap, Math.floor((failedPercent * of) / 100));

const names = (hosts: readonly HostStatus[]): string => hosts.map(({ host }) => host).join(', ');
