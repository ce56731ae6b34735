import { callInsistently } from '../../cli/insistent-call.ts';
import { regionName } from '../../domain/names.ts';
import type { RegionProgress } from '../../domain/progress/region-progress.ts';
import { deploymentWorkflowId } from '../../workflows/messages/deployment.ts';
import { regionUndoWorkflowId } from '../../workflows/messages/region.ts';
import { until } from '../frame/until.ts';
import { isCopied } from '../service/deploy-merge.ts';
import type { DeploymentRef } from '../service/follow-deployment.ts';
import { shutGate } from './gate.ts';
import { isRunning, pendingActivities } from './open-workflows.ts';
import { allAre, longestMs, untilStands } from './rows.ts';
import { untilSwitching } from './switching-hosts.ts';
import { merge, type Track } from './track.ts';

/** A service that stands at a point, and stays there until it is let go. */
export interface Arrived {
  /** What is active; `null` where nothing is. */
  readonly active: DeploymentRef | null;
  /** What waits behind it. */
  readonly queued: DeploymentRef | null;
  letGo(): Promise<void>;
}

/** Brings the service of a track to a point; `key` is used for this alone. */
export type Arrive = (track: Track, key: string) => Promise<Arrived>;

const staysBy = async (): Promise<void> => undefined;

export const askingForApproval: Arrive = async (track, key) => {
  const active = await merge(track, key, { approve: true });
  await untilStands(track, active, 'to ask', (row) => row.state === 'approving' && isCopied(row.regions));
  return { active, queued: null, letGo: staysBy };
};

/** In each region its canary runs the release, and is not healthy yet. */
export const inABatch: Arrive = async (track, key) => {
  const gate = await shutGate(track.stack, key);
  const active = await merge(track, key, { gate });
  await untilSwitching(track, active);
  return { active, queued: null, letGo: () => gate.open() };
};

export const inABatchBeforeOthers: Arrive = async (track, key) => {
  const arrived = await inABatch(track, key);
  return { ...arrived, queued: await merge(track, `${key} and what waits behind it`, {}) };
};

export const inABake =
  (bake: string): Arrive =>
  async (track, key) => {
    const active = await merge(track, key, { bake });
    await untilStands(track, active, 'to bake everywhere', (row) => allAre(row, 'baking'));
    return { active, queued: null, letGo: staysBy };
  };

/** The first region is ready, and is kept in view; the last one bakes. */
export const inALaterStage: Arrive = async (track, key) => {
  const active = await merge(track, key, { inTurn: true, bake: '10m' });
  await untilStands(track, active, 'to bake in its last stage', ({ regions }) => isLastOneIn(regions, 'baking'));
  return { active, queued: null, letGo: staysBy };
};

/** Its last region has not heard of the undo: its worker is frozen. */
export const whileItIsUndone: Arrive = async (track, key) => {
  const { stack } = track;
  const { active } = await inABake('10m')(track, key);
  const region = lastRegion(track);
  const thaw = await track.freeze(region);
  try {
    await callInsistently(stack.releaseOwner, 'abort', { path: pathOf(active!), body: { reason: 'not what we want' } });
    const undo = regionUndoWorkflowId(active!.service, active!.deployment, region);
    await untilStands(
      track,
      active!,
      'to be undone',
      async ({ state }) => state === 'undoing' && isRunning(stack, undo),
    );
  } catch (error) {
    thaw();
    throw error;
  }
  return { active, queued: null, letGo: async () => thaw() };
};

/** Its last region has not heard of the finish: its worker is frozen. A pause keeps it from getting there before that. */
export const pastThePointOfNoReturn: Arrive = async (track, key) => {
  const { stack } = track;
  const gate = await shutGate(stack, key);
  const active = await merge(track, key, { gate, batches: ['100%'] });
  await untilSwitching(track, active);
  await callInsistently(stack.releaseOwner, 'pause', { path: pathOf(active), body: { reason: 'until it is watched' } });
  await gate.open();
  await untilStands(track, active, 'to be ready', (row) => row.paused && allAre(row, 'done'));
  const thaw = await track.freeze(lastRegion(track));
  try {
    await resume(track, active);
    await untilFinishIsPending(track, active);
  } catch (error) {
    thaw();
    throw error;
  }
  return { active, queued: null, letGo: async () => thaw() };
};

export const idle: Arrive = async () => ({ active: null, queued: null, letGo: staysBy });

/** Why the lane is locked at that point. */
export const lockReason = 'somebody looks first';

export const locked: Arrive = async (track, key) => {
  const { stack, service } = track;
  await callInsistently(stack.releaseOwner, 'lock', { path: { service }, body: { reason: lockReason } });
  const queued = await merge(track, key, {});
  const unlock = () =>
    callInsistently(stack.releaseOwner, 'unlock', { path: { service }, body: { reason: 'looked at' } });
  return { active: null, queued, letGo: async () => void (await unlock()) };
};

/** Whether the last region is in this state, and all before it are ready. */
const isLastOneIn = (regions: readonly RegionProgress[], last: RegionProgress['state']): boolean =>
  regions.length > 0 && regions.every(({ state }, index) => state === (index === regions.length - 1 ? last : 'done'));

const lastRegion = ({ stack }: Track) => regionName(stack.shape.regions.at(-1)!);
const pathOf = ({ service, deployment }: DeploymentRef) => ({ service, deployment });

async function resume(track: Track, active: DeploymentRef): Promise<void> {
  const { planDigest } = await untilStands(track, active, 'to have a plan', (row) => Boolean(row.planDigest));
  const path = pathOf(active);
  const body = { verb: 'resume', planDigest: planDigest! } as const;
  const { token } = await callInsistently(track.stack.releaseOwner, 'approvalToken', { path, body });
  await callInsistently(track.stack.releaseOwner, 'resume', { path, body: { token } });
}

async function untilFinishIsPending(track: Track, active: DeploymentRef): Promise<void> {
  const { stack, signal } = track;
  await untilStands(track, active, 'to pass its point of no return', ({ pointOfNoReturn }) => pointOfNoReturn);
  const id = deploymentWorkflowId(active.service, active.deployment);
  await until(`${id} to finish a region`, { limitMs: longestMs, signal }, async () =>
    (await pendingActivities(stack, id)).includes('finishRegion') ? true : undefined,
  );
}
