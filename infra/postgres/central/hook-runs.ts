import type { DeploymentProgress, HookChange } from '../../../activities/deployment-record/contract.ts';
import { hookName } from '../../../domain/hook/hook.ts';
import type { HookState } from '../../../domain/hook/standing.ts';
import type { EntityManager } from '../connect.ts';
import { storable } from '../storable.ts';
import { HookRun } from './entities.ts';

type Told = DeploymentProgress & { readonly hook: HookChange };

/** Keeps where a hook stands. Its deployment's row is locked; what is told again, or late, changes nothing. */
export async function keepHookRun(em: EntityManager, told: Told): Promise<void> {
  const { service, deployment, sequence, hook } = told;
  const key = { service, deployment, place: hookName(hook), does: hook.does };
  const { moment, region, index, command, state, why, log } = storable(hook);
  const row = await em.findOne(HookRun, key);
  if (row !== null && row.sequence >= sequence) return;
  const now = new Date();
  const standing = { moment, region, index, command, state, why, sequence, endedAt: isAtWork(state) ? null : now };
  if (row === null) em.create(HookRun, { ...key, ...standing, startedAt: now, log });
  else Object.assign(row, { ...standing, log: log ?? row.log ?? null });
}

const isAtWork = (state: HookState): boolean => state === 'begun' || state === 'undoing';
