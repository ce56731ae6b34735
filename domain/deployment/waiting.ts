import type { DeploymentNumber, RegionName } from '../names.ts';
import type { RegionProgress } from '../progress/region-progress.ts';
import type { Wait } from '../progress/waiting.ts';
import { goesOnByToken } from './by-token.ts';

type ApprovalWait = Omit<Extract<Wait, { readonly for: 'approval' }>, 'for'>;
type StageApprovalWait = Omit<Extract<Wait, { readonly for: 'stage-approval' }>, 'for'>;
type UndoWait = Omit<Extract<Wait, { readonly for: 'undo' }>, 'for'>;
type HookWait = Omit<Extract<Wait, { readonly for: 'hook' }>, 'for'>;
type LateUndo = Pick<Extract<Wait, { readonly for: 'late-undo' }>, 'commands'>;
type DataLoss = Omit<Extract<Wait, { readonly for: 'data-loss' }>, 'for'>;
type BakeWait = Omit<Extract<Wait, { readonly for: 'bake' }>, 'for'>;

/** What a deployment may be waiting for, all at once. Times are RFC 3339, UTC. */
export interface Obstacles {
  /** Another deployment that holds the service. */
  readonly holder: DeploymentNumber | null;
  readonly pause: { readonly by: string; readonly reason: string; readonly since: string } | null;
  /** It stopped, and the spec leaves it to a person what happens now. */
  readonly asking: { readonly reason: string; readonly at: string } | null;
  readonly approval: ApprovalWait | null;
  /** Of a stage that is next; left out while none waits. */
  readonly stageApproval?: StageApprovalWait | null;
  /** When no build worker had taken up the work in time; `null` while one works, or nothing is to be built. */
  readonly noBuildWorker: string | null;
  /** What the fleet, or the service's window, keeps it for; `null` or left out for nothing. */
  readonly fleet?: FleetObstacle | null;
  /** Regions of the stage that is next which don't have the whole release yet. */
  readonly copying: readonly RegionName[];
  readonly undo: UndoWait | null;
  /** The undo of regions has taken longer than planned, and the commands of hooks wait for it. */
  readonly lateUndo?: LateUndo | null;
  readonly dataLoss?: DataLoss | null;
  readonly hook?: HookWait | null;
  readonly bake: BakeWait | null;
  readonly regions: readonly RegionStanding[];
  /** `null` or left out while none is waited for. */
  readonly gates?: WaitedGates | null;
  /** Why no token is looked at any more; `null` or left out while they are. */
  readonly shut?: string | null;
}

export type FleetObstacle = Extract<Wait, { readonly for: 'slot' | 'fleet' | 'freeze' | 'window' }>;

/** Checks of an existing CI, metrics that are watched, and what metrics could not say. */
export interface WaitedGates {
  readonly checks: Omit<Extract<Wait, { readonly for: 'checks' }>, 'for'> | null;
  readonly metrics: Omit<Extract<Wait, { readonly for: 'metrics' }>, 'for'> | null;
  readonly undecided: { readonly reason: string; readonly since: string } | null;
}

export interface RegionStanding extends Omit<RegionProgress, 'held'> {
  /** A person must decide about it. */
  readonly held: boolean;
  /** When it last changed. */
  readonly since: string;
}

/** The one to show: first what needs a person, then what heals by itself; `null` when it moves. */
export function waitOf(obstacles: Obstacles): Wait | null {
  const { shut: why = null } = obstacles;
  const wait = openWaitOf(obstacles);
  return why !== null && wait !== null && goesOnByToken(wait.for) ? { for: 'no-tokens', wait, why } : wait;
}

function openWaitOf(obstacles: Obstacles): Wait | null {
  const { holder, pause, asking, approval, stageApproval = null, noBuildWorker, fleet = null } = obstacles;
  const back = undoWait(obstacles);
  if (back !== null) return back;
  if (asking !== null) return { for: 'choice', reason: asking.reason, since: asking.at };
  const held = obstacles.regions.find((region) => region.held);
  if (held !== undefined)
    return { for: 'decision', reason: `${held.region}: ${held.reason ?? 'held'}`, since: held.since };
  const { checks = null, metrics = null, undecided = null } = obstacles.gates ?? {};
  if (undecided !== null) return { for: 'decision', ...undecided };
  if (pause !== null) return { for: 'resume', ...pause };
  if (fleet !== null) return fleet;
  if (holder !== null) return { for: 'service', holder };
  if (noBuildWorker !== null) return { for: 'build-worker', since: noBuildWorker };
  if (approval !== null) return { for: 'approval', ...approval };
  if (stageApproval !== null) return { for: 'stage-approval', ...stageApproval };
  if (checks !== null) return { for: 'checks', ...checks };
  const metricsWait = metrics === null ? null : ({ for: 'metrics', ...metrics } as const);
  const { regions, bake } = obstacles;
  return regionWait(regions) ?? copyWait(obstacles) ?? hookWait(obstacles) ?? metricsWait ?? bakeWait(bake);
}

function undoWait({ undo, lateUndo = null, dataLoss = null }: Obstacles): Wait | null {
  // Regions don't wait for the person, but what the person decides about comes after them.
  if (undo !== null && undo.regions.length > 0)
    return lateUndo === null ? { for: 'undo', ...undo } : { for: 'late-undo', regions: undo.regions, ...lateUndo };
  return dataLoss === null ? null : { for: 'data-loss', ...dataLoss };
}

const hookWait = ({ hook = null }: Obstacles): Wait | null => (hook === null ? null : { for: 'hook', ...hook });

function regionWait(regions: readonly RegionStanding[]): Wait | null {
  const away = regions.filter(({ state }) => state === 'unreachable');
  const [first] = away.toSorted((a, b) => (a.since < b.since ? -1 : 1));
  if (first !== undefined) return { for: 'regions', regions: names(away), since: first.since };
  const empty = regions.filter(({ state, reason }) => state === 'rolling' && reason === 'no host');
  return empty.length > 0 ? { for: 'hosts', regions: names(empty), reason: 'no host' } : null;
}

function copyWait({ copying, regions }: Obstacles): Wait | null {
  if (copying.length === 0) return null;
  const failing = regions.find(({ region, reason }) => reason !== null && copying.includes(region));
  return { for: 'replication', regions: copying, reason: failing?.reason ?? null };
}

const bakeWait = (bake: BakeWait | null): Wait | null => (bake === null ? null : { for: 'bake', ...bake });

const names = (regions: readonly RegionStanding[]): readonly RegionName[] => regions.map(({ region }) => region);
