import type { ReleaseNumber, ServiceName } from '../names.ts';
import type { DeploymentState } from '../states.ts';
import { named } from './plain-text.ts';
import type { StagedRegion } from './stages.ts';

export interface Moving {
  readonly service: ServiceName;
  readonly release: ReleaseNumber;
  readonly state: DeploymentState;
  readonly stage: string | null;
  readonly stages: readonly string[];
  readonly reason: string | null;
  readonly regions: readonly StagedRegion[];
  readonly pointOfNoReturn: boolean;
}

/** How far something that moves has come: `world (2 of 2): us-east batch 2 of 4`. */
export function whereItIs(moving: Moving): string {
  const { service, release, state, regions, pointOfNoReturn, reason } = moving;
  const name = `${service}@${release}`;
  if (state === 'undoing') return undoing(regions, reason);
  if (pointOfNoReturn) return `${name} becomes the base of its regions`;
  switch (state) {
    case 'queued':
      return 'it is its turn';
    case 'building':
      return `builds ${name}`;
    case 'checking':
      return `checks ${name}`;
    case 'verifying':
      return `verifies ${name}`;
    case 'rolling':
    case 'baking':
      return inStage(moving);
    default:
      return `${name} is made ready`;
  }
}

/** The batches that come next in its regions: `Batch 3 in us-east once its hosts have stayed healthy.`; `null` when none does. */
export function whatFollows(moving: Moving): string | null {
  // With a reason it was stopped, and batches that were allowed come to their end.
  if (moving.state !== 'rolling' || moving.pointOfNoReturn || moving.reason !== null) return null;
  const next = goingRegions(moving)
    .filter(({ batch, batches, reason }) => batch > 0 && batch < batches && reason === null)
    .map(({ region, batch }) => `batch ${batch + 1} in ${region}`);
  if (next.length === 0) return null;
  const text = `${named(next, 3)} once ${next.length === 1 ? 'its' : 'their'} hosts have stayed healthy.`;
  return text[0]!.toUpperCase() + text.slice(1);
}

function inStage(moving: Moving): string {
  const { stage, stages, state } = moving;
  const place = stages.indexOf(stage ?? '');
  const which = place === -1 ? (stage ?? state) : `${stage} (${place + 1} of ${stages.length})`;
  const going = goingRegions(moving).map(({ region, batch, batches, reason }) => {
    const where = `${region} batch ${batch} of ${batches}`;
    return reason === null ? where : `${where} (${reason})`;
  });
  return going.length === 0 ? which : `${which}: ${named(going, 3)}`;
}

const goingRegions = ({ stage, regions }: Moving): StagedRegion[] =>
  regions.filter((region) => (region.stage === stage || region.stage === null) && isGoing(region));

const isGoing = ({ state }: StagedRegion): boolean => state === 'rolling' || state === 'baking';

function undoing(regions: readonly StagedRegion[], reason: string | null): string {
  const back = regions.filter(({ state }) => state === 'undone').length;
  const all = regions.filter(
    ({ state }) => state === 'undone' || state === 'undoing' || state === 'unreachable',
  ).length;
  const why = reason === null ? '' : `: ${reason}`;
  return all === 0 ? `goes back${why}` : `goes back, ${back} of ${all} regions are undone${why}`;
}
