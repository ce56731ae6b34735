import type { HostId } from '../names.ts';
import type { Budget } from '../spec/service-spec.ts';
import { controlGroup } from './control-group.ts';
import { belongs, isLive } from './host-status.ts';
import type { HostStatus } from './host-status.ts';
import type { RegionView, Verdict } from './region-view.ts';
import { countsOf, restrict, tally } from './tally.ts';
import type { Tally } from './tally.ts';
import { describeBlame, describeFailure } from './verdict-reason.ts';

export interface BatchView extends RegionView {
  /** Counts from 1; the first batch of a region is its canary. */
  readonly batch: number;
  /** Brought by this batch. */
  readonly batchHosts: readonly HostId[];
  readonly batchTimeoutMs: number;
}

export interface BakeView extends RegionView {
  readonly bakeMs: number;
}

/**
 * Whether a batch may be followed by the next one (docs/goal-protocol.md §5, docs/design.md §5). Too many failures end it
 * at once; else it is over when each of its hosts is healthy, failed or lost.
 */
export function judgeBatch(view: BatchView): Verdict {
  const overdue = view.elapsedMs >= view.batchTimeoutMs;
  const hosts = tally(view, overdue);
  const allowed = view.batch === 1 ? 0 : failuresAllowed(view.budget, countsOf(hosts).switched);
  if (failures(hosts) > allowed) return stopOrHold(view, hosts, describeFailure(view, hosts, allowed), overdue);
  if (hosts.pending.length > 0) return verdict('wait', view, hosts, `waiting for ${countOf(hosts.pending)}`);
  // A batch may bring nobody: its share was reached before. Then all that switched so far must speak for it.
  const own = view.batchHosts.length === 0 ? hosts : restrict(hosts, view.batchHosts);
  return needOneHealthy(view, hosts, { own, names: view.batchHosts }, overdue);
}

/**
 * Whether a region is still well after its batches. Hosts whose health isn't known at the end of the bake get
 * `absentAfterMs` more, as a silent host would, and then count as lost.
 */
export function judgeBake(view: BakeView): Verdict {
  const overdue = view.elapsedMs >= view.bakeMs + view.absentAfterMs;
  const hosts = tally(view, overdue);
  const allowed = failuresAllowed(view.budget, countsOf(hosts).switched);
  const over = view.elapsedMs >= view.bakeMs;
  if (failures(hosts) > allowed) return stopOrHold(view, hosts, describeFailure(view, hosts, allowed), over);
  if (!over) return verdict('wait', view, hosts, 'the bake is not over');
  if (hosts.pending.length > 0) return verdict('wait', view, hosts, `waiting for ${countOf(hosts.pending)}`);
  return needOneHealthy(view, hosts, { own: hosts, names: view.ordered }, over);
}

/** A start period is seldom longer: whoever has reverted is well again by then, or isn't going to be. */
export const comesUpWithinMs = 30_000;

export interface NextBatchView extends RegionView {
  /** Numbers of the batches that have begun here, also in attempts before this one. */
  readonly begun: readonly number[];
}

/**
 * Whether too much has failed for another batch to begin; `null` when it may. A failure counts between batches too
 * (docs/goal-protocol.md §5): while a region is paused or held, or waits for a host, nobody watches it. `elapsedMs` counts
 * from the first look; hosts that are still coming up are not waited for much longer.
 */
export function judgeNextBatch(view: NextBatchView): Verdict | null {
  if (view.begun.length === 0) return null;
  const hosts = tally(view, false);
  const onlyCanaries = view.begun.every((batch) => batch === 1);
  const allowed = onlyCanaries ? 0 : failuresAllowed(view.budget, countsOf(hosts).switched);
  if (failures(hosts) <= allowed) return null;
  return stopOrHold(view, hosts, describeFailure(view, hosts, allowed), view.elapsedMs >= comesUpWithinMs);
}

/** A share of the hosts switched so far, rounded down, and never more than the cap. */
export const failuresAllowed = ({ failedPercent, cap }: Budget, switched: number): number =>
  Math.min(cap, Math.floor((switched * failedPercent) / 100));

const failures = ({ failed, lost }: Tally): number => failed.length + lost.length;

interface Proof {
  /** Of the hosts that must show that the release can be well at all. */
  readonly own: Tally;
  /** Those that were told to, also such as have left. */
  readonly names: readonly HostId[];
}

function needOneHealthy(view: RegionView, hosts: Tally, { own, names: asked }: Proof, timeIsUp: boolean): Verdict {
  if (own.healthy.length > 0) return verdict('advance', view, hosts, `${countOf(hosts.healthy)} healthy`);
  if (failures(own) > 0) return stopOrHold(view, hosts, 'no host of the batch is healthy', timeIsUp);
  const here = new Set(names(view.hosts));
  const left = asked.filter((host) => !here.has(host)).length;
  return verdict('hold', view, hosts, `every host of the batch ${whyNone(left, asked.length)}`);
}

function whyNone(left: number, of: number): string {
  if (left === 0) return 'was pinned or put into maintenance';
  return left < of
    ? 'has left, was pinned or put into maintenance'
    : 'has left the service here: others take its place';
}

/** A bad release is undone; in a bad world undoing helps nobody, and a person decides. */
function stopOrHold(view: RegionView, hosts: Tally, reason: string, timeIsUp: boolean): Verdict {
  const group = controlGroup(view, hosts);
  const blame = group.blame === 'unclear' && timeIsUp ? 'world' : group.blame;
  const kind = ({ release: 'stop', world: 'hold', unclear: 'wait' } as const)[blame];
  return { ...verdict(kind, view, hosts, `${reason}; ${describeBlame({ ...group, blame })}`), group };
}

const countOf = (hosts: readonly unknown[]): string => `${hosts.length} ${hosts.length === 1 ? 'host' : 'hosts'}`;

const verdict = (kind: Verdict['verdict'], view: RegionView, hosts: Tally, reason: string): Verdict => ({
  verdict: kind,
  reason,
  counts: countsOf(hosts),
  failed: names(hosts.failed),
  lost: names(hosts.lost),
  ...leftOut(view, hosts),
});

/** Of the live hosts of the service here those that the judgement says nothing about, and that aren't well on the release. */
function leftOut(view: RegionView, { failed }: Tally): Pick<Verdict, 'pinned' | 'maintenance'> {
  const { hosts, absentAfterMs, next } = view;
  const isOnIt = ({ running, health }: HostStatus): boolean => running === next.release.digest && health === 'healthy';
  const excluded = hosts.filter(
    (host) =>
      (host.pinned || host.maintenance) &&
      belongs(host) &&
      isLive(host, absentAfterMs) &&
      !isOnIt(host) &&
      !failed.includes(host),
  );
  return {
    pinned: names(excluded.filter(({ pinned }) => pinned)),
    maintenance: names(excluded.filter(({ pinned }) => !pinned)),
  };
}

const names = (hosts: readonly HostStatus[]): readonly HostId[] => hosts.map(({ host }) => host);
