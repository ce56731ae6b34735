import type { RunLimits } from '../../domain/spec/service-spec.ts';
import type { Log } from '../log.ts';
import { isAlive } from '../process-identity.ts';
import { lastStatusOf } from './ensure-keeper.ts';
import { openInstanceCgroup } from './instance-cgroup.ts';
import type { KeeperPlace } from './keeper-place.ts';
import { tryGroups, type GroupTrial } from './try-groups.ts';

/** Process groups of the kernel for the instances of this host. */
export interface InstanceGroups {
  /** The folder of the group that the instance enters; null where it goes without. @throws HostCannotError when a limit can't be held */
  open(place: KeeperPlace, limits: RunLimits | undefined): Promise<string | null>;
  /** What this process can do with the group that it was left; null where there is none. */
  tryOut(): Promise<GroupTrial | null>;
}

/** @param delegated the folder of a cgroup v2 that is left to the agent; null: none */
export function openInstanceGroups(delegated: string | null, log: Pick<Log, 'warn'>): InstanceGroups {
  // Once, and not at each start: what is wrong stays wrong until somebody changes it, and `doctor` says it, too.
  const told = new Set<string>();
  const inTurn = openTurn();
  return {
    open: ({ name, keeper }, limits) =>
      inTurn(async () => {
        const [mark = '', instances = ''] = name.split('/');
        const pid = await pidOf(keeper);
        const { group, whyNone } = await openInstanceCgroup(delegated, [mark, instances], limits, pid);
        if (whyNone !== null && !told.has(whyNone)) {
          told.add(whyNone);
          log.warn('instances start without a group of the kernel', { reason: whyNone });
        }
        return group;
      }),
    tryOut: () => inTurn(async () => (delegated === null ? null : tryGroups(delegated))),
  };
}

type InTurn = <T>(work: () => Promise<T>) => Promise<T>;

/** A try hands controllers down and takes them back: an instance that is given its group meanwhile would be without. */
function openTurn(): InTurn {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const result = last.then(work);
    last = result.catch(() => undefined);
    return result;
  };
}

async function pidOf(keeper: string): Promise<number | null> {
  const last = await lastStatusOf(keeper);
  return last !== null && isAlive(last.keeper) ? last.keeper.pid : null;
}
