import type { DeploymentOutcome } from '../../domain/states.ts';
import {
  askingForApproval,
  idle,
  inABake,
  inABatch,
  inABatchBeforeOthers,
  inALaterStage,
  locked,
  pastThePointOfNoReturn,
  whileItIsUndone,
  type Arrive,
} from './arrivals.ts';
import type { Meddling } from './web-ui.ts';

/** Which workflow somebody meddles with: that of a deployment, of its last region, of the service's lane, or the fleet's. */
export type Target = 'deployment' | 'region' | 'lane' | 'fleet';

export interface Point {
  readonly name: string;
  readonly arrive: Arrive;
  /** How what was active may end (docs/saga.md); empty where nothing was. */
  readonly ends: readonly DeploymentOutcome[];
  /** The same of a reset; unless given, that makes no difference. */
  readonly endsAfterReset?: readonly DeploymentOutcome[];
}

export const endsOf = ({ meddling, point }: Pick<MeddlingCase, 'meddling' | 'point'>): Point['ends'] =>
  meddling.startsWith('reset') ? (point.endsAfterReset ?? point.ends) : point.ends;

export interface MeddlingCase {
  readonly target: Target;
  readonly meddling: Meddling;
  readonly point: Point;
}

/** A deployment that is cancelled is aborted; one that is terminated or reset, recovery ends in its place. */
const deploymentPoints: readonly Point[] = [
  { name: 'waits for an approval', arrive: askingForApproval, ends: ['cancelled'] },
  { name: 'in a batch', arrive: inABatch, ends: ['undone'] },
  { name: 'in a bake', arrive: inABake('10m'), ends: ['undone'] },
  { name: 'in a later stage', arrive: inALaterStage, ends: ['undone'] },
  { name: 'while it is undone', arrive: whileItIsUndone, ends: ['undone'] },
  { name: 'past its point of no return', arrive: pastThePointOfNoReturn, ends: ['succeeded'] },
];

/** Long enough for a lane to be away meanwhile. */
const shortBake = inABake('1m');

/** A lane decides nothing about what is active: that ends as if nobody had touched the lane. */
const lanePoints: readonly Point[] = [
  { name: 'in a batch, others wait', arrive: inABatchBeforeOthers, ends: ['succeeded'] },
  { name: 'in a bake', arrive: shortBake, ends: ['succeeded'] },
  { name: 'while it is undone', arrive: whileItIsUndone, ends: ['undone'] },
  { name: 'idle', arrive: idle, ends: [] },
  { name: 'locked', arrive: locked, ends: [] },
];

/** Without its rollout nobody looks after the region any more, so that all goes back. A new run of it repeats what was done. */
const ofARegion = { ends: ['undone'], endsAfterReset: ['succeeded'] } as const;
const regionPoints: readonly Point[] = [
  { name: 'in a batch', arrive: inABatch, ...ofARegion },
  { name: 'in a bake', arrive: shortBake, ...ofARegion },
];

/** It says who may begin, and this one has. */
const fleetPoints: readonly Point[] = [{ name: 'in a batch', arrive: inABatch, ends: ['succeeded'] }];

/** @param everyReset to both workflow tasks at each point; else to one, in turn */
export const allCases = (everyReset: boolean): readonly MeddlingCase[] => [
  ...casesOf('deployment', deploymentPoints, everyReset),
  ...casesOf('lane', lanePoints, everyReset),
  ...casesOf('region', regionPoints, everyReset),
  ...fleetPoints.map((point) => ({ target: 'fleet' as const, meddling: 'terminate' as const, point })),
];

const casesOf = (target: Target, points: readonly Point[], everyReset: boolean): readonly MeddlingCase[] =>
  points.flatMap((point, index) =>
    meddlingsAt(index, everyReset).map((meddling): MeddlingCase => ({ target, meddling, point })),
  );

function meddlingsAt(index: number, everyReset: boolean): readonly Meddling[] {
  const resets = ['reset to the last task', 'reset to the first task'] as const;
  return ['cancel', 'terminate', ...resets.filter((_, to) => everyReset || to === index % 2)];
}

export const nameOf = ({ target, meddling, point }: MeddlingCase): string => `${target}, ${point.name}: ${meddling}`;
