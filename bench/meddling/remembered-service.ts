import { openAgentDirectory } from '../../agent/agent-directory.ts';
import { readSnapshot } from '../../agent/state/snapshot.ts';
import type { DurableEvent } from '../../domain/host/events.ts';
import type { ServiceRecord } from '../../domain/host/service-state.ts';
import { replay } from '../../domain/host/transition.ts';
import { hostId, type ServiceName } from '../../domain/names.ts';
import type { StackShape } from '../../infra/local/programs.ts';
import { readHostJournal } from '../stack/host-journal.ts';

/**
 * What a host of the stack has written down about a service: its snapshot, and its journal since; `null` when nothing. What
 * stands in both changes nothing when it is applied again in order.
 */
export async function rememberedService(
  shape: StackShape,
  host: string,
  service: ServiceName,
): Promise<ServiceRecord | null> {
  const { snapshot, snapshotCopy } = openAgentDirectory(shape.data.agent(host));
  const { state } = await readSnapshot([snapshot, snapshotCopy], hostId(host));
  const journal: readonly DurableEvent[] = readHostJournal(shape, host);
  return replay(state, journal).services.get(service) ?? null;
}
