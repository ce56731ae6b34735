import type { ProcessIdentity } from '../../domain/host/service-state.ts';
import { askAgent } from '../local/ask-agent.ts';
import { lockHolder } from '../local/lock-holder.ts';
import { lookAtHost } from '../local/look-at-host.ts';
import type { ServiceStatus } from '../local/service-status.ts';
import type { Surroundings } from './surroundings.ts';

export interface HostNow {
  readonly agent: 'runs' | 'does not answer' | 'is not running';
  readonly process: ProcessIdentity | null;
  readonly services: readonly ServiceStatus[];
  /** Of this host's clock before its gateway's; null where no agent says it. */
  readonly clockAheadMs: number | null;
}

const answerTimeoutMs = 2_000;

/** As its agent knows it; where none answers, as its disk and instances show. */
export async function hostNow({ directory, config }: Surroundings): Promise<HostNow> {
  const process = lockHolder(directory);
  const answer = await askAgent(directory, { do: 'status' }, answerTimeoutMs);
  if (answer?.ok === true && 'services' in answer)
    return { agent: 'runs', process, services: answer.services, clockAheadMs: answer.clockAheadMs ?? null };
  const services = await lookAtHost(directory, config);
  return { agent: process === null ? 'is not running' : 'does not answer', process, services, clockAheadMs: null };
}
