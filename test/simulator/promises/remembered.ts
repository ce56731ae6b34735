/** What promises have to know of the past, kept beside the world: nothing of it is asked by what decides. */
import type { DeploymentNumber, ReleaseNumber } from '../../../domain/names.ts';
import { deploymentRow, regionOutcomes } from '../centre/rows.ts';
import type { World } from '../world/world.ts';
import type { Notice } from './notice.ts';
import type { Of } from './check.ts';

/** What the service ran, and before it, and before that. */
export interface Ran {
  readonly release: ReleaseNumber;
  readonly before: Ran | null;
}

/** Immutable: a copy of a world goes on from the same. */
export interface Remembered {
  readonly ran: Ran | null;
  /** The end after which nothing may start before somebody has opened the lane. */
  readonly shutBy: DeploymentNumber | null;
  /** Rollbacks that were asked for while a deployment was under way; `opened` for when it has ended, if any was. */
  readonly asked: readonly { readonly of: DeploymentNumber; readonly opened: DeploymentNumber | null }[];
  /** Deployments that were to be undone and were not: a rollback has to follow. */
  readonly owed: readonly DeploymentNumber[];
  /** Rollbacks of what was undone after all: they would go one release too far. */
  readonly tooFar: readonly DeploymentNumber[];
}

export const nothingYet: Remembered = { ran: null, shutBy: null, asked: [], owed: [], tooFar: [] };

export function remembered(world: World, notice: Notice): Remembered {
  const known = world.remembered;
  switch (notice.kind) {
    case 'deployment ended':
      return afterEnd(world, notice);
    case 'deployment opened': {
      const { row, cancels } = notice;
      if (row.kind !== 'rollback') return known;
      const asked = cancels === null ? known.asked : [...known.asked, { of: cancels, opened: row.number }];
      return { ...known, asked, owed: [] };
    }
    case 'rollback asked':
      return { ...known, asked: [...known.asked, { of: notice.of, opened: null }] };
    case 'rollback named':
      // What was left held may have been taken back inside its region meanwhile.
      return notice.release === null ? { ...known, owed: [] } : known;
    case 'lane opened':
      return { ...known, shutBy: null };
    default:
      return known;
  }
}

function afterEnd(world: World, { deployment, release, end: { outcome } }: Of<'deployment ended'>): Remembered {
  const { asked, owed, tooFar, ...known } = world.remembered;
  const { kind } = deploymentRow(world, deployment);
  const ran = outcome === 'succeeded' ? after(known.ran, kind === 'rollback', release) : known.ran;
  const shuts = takesAway(kind, outcome) && world.setting.spec.rollback.lockAfter;
  const about = asked.filter(({ of }) => of === deployment);
  const wasEnough = outcome === 'undone' || isRollbackOpen(world) || placeBefore(world, ran) === null;
  const follows = about.some(({ opened }) => opened === null) && !wasEnough;
  const wentBack = outcome === 'undone' && world.setting.regions.some((region) => isTouched(world, region, deployment));
  const opened = wentBack ? about.flatMap(({ opened: number }) => number ?? []) : [];
  return {
    ran,
    shutBy: shuts ? deployment : known.shutBy,
    asked: asked.filter(({ of }) => of !== deployment),
    owed: follows ? [...owed, deployment] : owed,
    tooFar: [...tooFar, ...opened],
  };
}

/** What the next merge would bring back at once. */
export const takesAway = (kind: string, outcome: string): boolean =>
  outcome === 'undone' || (kind === 'rollback' && outcome === 'succeeded');

const isRollbackOpen = ({ centre }: World): boolean =>
  [...centre.deployments.values()].some(({ kind, outcome }) => kind === 'rollback' && outcome === null);

const isTouched = (world: World, region: World['setting']['regions'][number], deployment: number): boolean =>
  regionOutcomes(world, region).some((one) => one.deployment === deployment);

/** A rollback goes back in what ran; the same release again is no step. */
function after(ran: Ran | null, isRollback: boolean, release: ReleaseNumber): Ran {
  for (let at = isRollback ? ran : null; at !== null; at = at.before) if (at.release === release) return at;
  return ran?.release === release ? ran : { release, before: ran };
}

/** Where a rollback goes: to what ran before; where something since was left held on some hosts, to what they left. */
export function placeBefore(world: World, ran: Ran | null): Ran | null {
  const rows = [...world.centre.deployments.values()];
  const newest = Math.max(0, ...rows.filter(({ outcome }) => outcome === 'succeeded').map(({ number }) => number));
  const isHeld = world.setting.regions.some((region) => {
    const last = regionOutcomes(world, region).at(-1);
    return last?.outcome === 'held' && last.deployment > newest;
  });
  return isHeld ? ran : (ran?.before ?? null);
}
