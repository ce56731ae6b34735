import { defineQuery, defineSignal } from '@temporalio/workflow';
import type { SlotAnswer, SlotAsk } from '../../activities/fleet/contract.ts';
import { controlQueue } from './queues.ts';

/** One for the whole of Slipway. */
export const fleetWorkflowId = 'fleet';

export interface FleetInput {
  /** What the run before knew; `null` at first, and after somebody ended it: Postgres knows all that must hold. */
  readonly carried: FleetCarried | null;
  /** Turns that one history holds. */
  readonly maxTurns: number;
  /** Events after which it goes on in a new one; left out by an earlier version, whose histories had no such limit. */
  readonly maxEvents?: number;
}

/**
 * A worker that lost its copy has to replay them all within Temporal's 10 s for a task, or it begins anew, again and again; a
 * starved one did so for a quarter of an hour over 1,540 events, and all deployments waited. A turn is eight events, and three
 * for each deployment that it tells something: with fifty under way 60 turns were 2,014 events.
 */
export const perHistory = { maxTurns: 60, maxEvents: 500 } as const;

export interface FleetCarried {
  /** Not taken up yet. */
  readonly asks: readonly SlotAsk[];
  readonly told: readonly Told[];
  /** When it looked after those whose workflow is gone, last, in ms; an earlier version left it out. */
  readonly lookedAtMs?: number;
}

/** What a deployment heard last. */
export interface Told {
  /** `checkout/87` */
  readonly deployment: string;
  readonly answer: SlotAnswer;
  /** In ms; an earlier version left it out. */
  readonly atMs?: number;
}

/** From a deployment: may it begin? Asked again, it is answered again. */
export const askFleetSignal = defineSignal<[SlotAsk]>('ask');
/** Something has changed: a freeze, a pass, the end of a deployment. Only a hint, it also looks by itself. */
export const lookSignal = defineSignal('look');
/** To a deployment: somebody has let it pass. Only a hint to look. */
export const passSignal = defineSignal('pass');
/** To a deployment: how it stands now. */
export const fleetAnswerSignal = defineSignal<[SlotAnswer]>('fleetAnswer');

/** What deployments were told last. */
export const fleetQuery = defineQuery<readonly SlotAnswer[]>('fleet');

/** Started by the control worker, which keeps it open. */
export const fleetStart = () => ({
  workflowId: fleetWorkflowId,
  workflowIdConflictPolicy: 'USE_EXISTING' as const,
  taskQueue: controlQueue,
  args: [{ carried: null, ...perHistory } satisfies FleetInput] as [FleetInput],
  staticSummary: 'which deployments may go on now: caps, freezes, stop-the-line',
});
