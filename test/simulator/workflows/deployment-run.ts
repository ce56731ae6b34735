/** Mirrors workflows/deployment: deployment-run.ts and standing.ts. */
import type { Stop } from '../../../domain/deployment/ending.ts';
import type { Standing } from '../../../domain/deployment/person-message.ts';
import type { Attempt } from '../../../domain/goal/attempt.ts';
import type { DeploymentNumber, Generation, HostId, RegionName, ReleaseNumber } from '../../../domain/names.ts';
import type { Plan } from '../../../domain/plan/plan.ts';
import type { DeploymentKind } from '../../../domain/states.ts';
import type { UndoResult } from './region-undo.ts';
import type { RolloutResult } from './region-rollout.ts';

export interface DeploymentInput {
  readonly deployment: DeploymentNumber;
  readonly kind: DeploymentKind;
  readonly release: ReleaseNumber;
  readonly builds: boolean;
}

export interface RegionRecord {
  readonly region: RegionName;
  readonly stage: number;
  attempt: Attempt;
  generation: Generation | 0;
  held: boolean;
  copied: boolean;
  touched: boolean;
  running: boolean;
  /** A person has decided to go on without it. */
  skipped: boolean;
  /** It could not be told to stay where it is. */
  owesHold: boolean;
  missing: readonly HostId[];
}

export interface DeploymentRun {
  input: DeploymentInput;
  paused: boolean;
  controlRevision: number;
  plan: Plan | null;
  approved: boolean;
  admitted: boolean;
  copyFailed: boolean;
  regions: RegionRecord[];
  /** What ended of its children, by workflow id. */
  ended: Record<string, RolloutResult | UndoResult | 'already started'>;
  stop: Stop | null;
  asking: boolean;
  interrupted: boolean;
  finishing: boolean;
  undoEnded: boolean;
  /** Regions that were skipped and are being told to stay where they are. */
  staying: number;
  /** Past the point of no return each that was not skipped has finished, or owes that. */
  othersFinished: boolean;
}

export const openRun = (input: DeploymentInput): DeploymentRun => ({
  input,
  paused: false,
  controlRevision: 0,
  plan: null,
  approved: false,
  admitted: false,
  copyFailed: false,
  regions: [],
  ended: {},
  stop: null,
  asking: false,
  interrupted: false,
  finishing: false,
  undoEnded: false,
  staying: 0,
  othersFinished: false,
});

/** @throws Error when the plan doesn't name the region */
export function recordOf(run: DeploymentRun, region: RegionName): RegionRecord {
  const record = run.regions.find((one) => one.region === region);
  if (record === undefined) throw new Error(`no region ${region}`);
  return record;
}

/** @throws Error before the plan was made */
export function planOf({ plan }: DeploymentRun): Plan {
  if (plan === null) throw new Error('no plan yet');
  return plan;
}

export const touchedRegions = ({ regions }: DeploymentRun): readonly RegionRecord[] =>
  regions.filter(({ touched }) => touched);

export const isHeld = ({ asking, stop, regions }: DeploymentRun): boolean =>
  asking || (stop === null && regions.some(({ held }) => held));

export const mayGoOn = (run: DeploymentRun): boolean => !run.paused && !isHeld(run);

export const standingOf = (run: DeploymentRun): Standing => ({
  name: `checkout/${run.input.deployment}`,
  paused: run.paused,
  held: isHeld(run),
  touched: touchedRegions(run).length > 0,
  finishing: run.finishing,
  stop: run.stop,
  asking: run.asking,
  losing: false,
  planned: run.plan !== null,
  admitted: run.admitted,
});

export const failed = (reason: string): Stop => ({ cause: 'failed', hold: false, by: 'slipway', reason, at: '' });
