/** Mirrors infra/postgres/central/obligations.ts. */
import type { Obligation, SettleObligationInput } from '../../../activities/deployment-record/contract.ts';
import type { RegionName } from '../../../domain/names.ts';
import type { World } from '../world/world.ts';
import { deploymentRow, regionOutcomes, setOutcome } from './rows.ts';

/** Keeps what a region still has to do. What it replaces goes; what would replace it keeps it out. */
export function recordObligation(world: World, obligation: Obligation): 'done' {
  const { centre, setting } = world;
  const { region, deployment } = obligation;
  const written = centre.places.get(region)?.writtenDeployment ?? 0;
  const { stored, replaced } = setting.decisions.placeObligation(owedBy(world, region), obligation, written);
  if (!stored) return 'done';
  closeObligations(world, replaced, deployment);
  centre.obligations = [...centre.obligations, obligation];
  return 'done';
}

const owedBy = ({ centre }: World, region: RegionName): readonly Obligation[] =>
  centre.obligations.filter((one) => one.region === region);

export const listObligations = (world: World, { region }: { readonly region: RegionName }): readonly Obligation[] =>
  owedBy(world, region).toSorted((a, b) => a.deployment - b.deployment);

export function dropOlderObligations(world: World, region: RegionName, deployment: number): void {
  const older = owedBy(world, region).filter((one) => one.deployment < deployment);
  if (older.length > 0) closeObligations(world, older, deployment);
}

const outcomeOf = { undo: 'undone', hold: 'held', finish: 'succeeded' } as const;

/** Nothing is pending there any more. Only what the region did, or someone in it undid, is known to be its outcome. */
export function settleObligation(world: World, { settlement, ...owed }: SettleObligationInput): 'done' {
  const { centre } = world;
  const { region, deployment, kind } = owed;
  if (!centre.obligations.some((one) => isSame(one, owed))) return 'done';
  close(world, owed);
  if (settlement === 'overtaken') return 'done';
  const outcome = settlement === 'undone' ? 'undone' : outcomeOf[kind];
  const known = regionOutcomes(world, region).find((one) => one.deployment === deployment);
  // A region that was skipped stays that once it has heard of it.
  const stays = outcome === 'held' && known?.outcome === 'skipped';
  if (known !== undefined && !stays) setOutcome(world, region, { ...known, outcome });
  const place = centre.places.get(region);
  if (outcome === 'succeeded' && place !== undefined)
    centre.places.set(region, { ...place, release: deploymentRow(world, deployment).release });
  return 'done';
}

const isSame = (a: Obligation, b: Obligation): boolean =>
  a.region === b.region &&
  a.deployment === b.deployment &&
  a.kind === b.kind &&
  a.attempt.local === b.attempt.local &&
  a.controlRevision === b.controlRevision;

/** Those of `successor` itself are only exchanged: the region stays pending for it. */
function closeObligations(world: World, obligations: readonly Obligation[], successor: number): void {
  for (const obligation of obligations) {
    if (obligation.deployment === successor) remove(world, obligation);
    else close(world, obligation);
  }
}

function remove({ centre }: World, { region, deployment }: Obligation): void {
  centre.obligations = centre.obligations.filter((one) => one.region !== region || one.deployment !== deployment);
}

/** The obligation goes, and with it the mark on its deployment that this region is pending. */
function close(world: World, obligation: Obligation): void {
  const { region, deployment } = obligation;
  remove(world, obligation);
  const known = regionOutcomes(world, region).find((one) => one.deployment === deployment);
  if (known !== undefined) setOutcome(world, region, { ...known, pending: false });
  const row = deploymentRow(world, deployment);
  const pending = row.pending.filter((name) => name !== region);
  world.centre.deployments.set(deployment, { ...row, pending });
}
