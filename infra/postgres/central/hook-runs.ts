import type { DeploymentProgress, HookChange } from '../../../activities/deployment-record/contract.ts';
import type { BegunHook } from '../../../activities/recovery/contract.ts';
import { hookName } from '../../../domain/hook/hook.ts';
import type { HookState } from '../../../domain/hook/standing.ts';
import type { DeploymentNumber, ServiceName } from '../../../domain/names.ts';
import type { EntityManager } from '../connect.ts';
import { storable } from '../storable.ts';
import { HookRun } from './entities.ts';
import type { HookRunRow } from './entities/hook-run.ts';

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

/** Of these deployments, as they last stood: where an undo was begun, that says more than its hook. */
export async function begunHooks(
  em: EntityManager,
  service: ServiceName,
  deployments: readonly DeploymentNumber[],
): Promise<ReadonlyMap<DeploymentNumber, readonly BegunHook[]>> {
  const of = { service, deployment: { $in: [...deployments] } };
  // The undo of a hook comes after it; each place stays where its hook began.
  const rows = await em.find(HookRun, of, { orderBy: [{ startedAt: 'asc' }, { sequence: 'asc' }] });
  const byDeployment = Map.groupBy(rows, ({ deployment }) => deployment);
  return new Map([...byDeployment].map(([deployment, ofOne]) => [deployment, standings(ofOne)]));
}

function standings(rows: readonly HookRunRow[]): readonly BegunHook[] {
  const newest = new Map(rows.map((row) => [row.place, row]));
  return [...newest.values()].map(({ moment, region, index, state, why }) => {
    return { moment, region: region ?? null, index, state, why: why ?? null };
  });
}
