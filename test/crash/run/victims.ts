import { readFileSync } from 'node:fs';
import path from 'node:path';
import { openAgentDirectory } from '../../../agent/agent-directory.ts';
import type { KeeperStatus } from '../../../agent/keeper/keeper-status.ts';
import { isAlive } from '../../../agent/process-identity.ts';
import type { ProcessIdentity } from '../../../domain/host/service-state.ts';
import { serviceName } from '../../../domain/names.ts';
import { sampleService } from '../../../infra/local/demo/demonstration.ts';
import type { RunningStack } from '../stack/running-stack.ts';
import type { Victim } from '../scenario/fault.ts';

/** Who has the part now; `null` between two runs of it. */
export function findVictim(stack: RunningStack, victim: Victim): ProcessIdentity | null {
  const keptHost = stack.places.find(({ host }) => victim === `keeper-${host}`)?.host;
  return keptHost === undefined ? stack.programNow(victim) : keeperOf(stack, keptHost);
}

function keeperOf({ data }: RunningStack, host: string): ProcessIdentity | null {
  const { keeper } = openAgentDirectory(data.agent(host)).service(serviceName(sampleService));
  try {
    const known = JSON.parse(readFileSync(path.join(keeper, 'keeper.json'), 'utf8')) as KeeperStatus;
    return isAlive(known.keeper) ? known.keeper : null;
  } catch {
    return null; // none was ever started
  }
}
