import type { ServiceName } from '../../../domain/names.ts';
import type { RunningStack } from '../stack/running-stack.ts';
import type { StackDatabases } from './databases.ts';
import { followJournals, type Journals } from './follow-journals.ts';
import { lookAtHosts, type HostLooks } from './look-at-hosts.ts';
import { lookAtRows, type RowLooks } from './look-at-rows.ts';
import type { Closable } from './repeat.ts';

/** Everything that is watched during a run. */
export interface Watch extends Closable {
  readonly journals: Journals;
  readonly hosts: HostLooks;
  readonly rows: RowLooks;
}

export function watchRun(stack: RunningStack, databases: StackDatabases, service: ServiceName): Watch {
  const journals = followJournals(stack);
  const hosts = lookAtHosts(stack, service);
  const rows = lookAtRows(databases, stack.regions, service);
  const parts = [journals, hosts, rows];
  return { journals, hosts, rows, close: async () => void (await Promise.all(parts.map((part) => part.close()))) };
}
