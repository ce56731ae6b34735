import type { HostState, ServiceRecord } from '../../domain/host/service-state.ts';
import { atRest, newHost } from '../../domain/host/service-state.ts';
import type { HostId } from '../../domain/names.ts';
import { readCopies, writeCopies } from './two-copies.ts';

export interface Snapshot {
  readonly state: HostState;
  /** Number of the last journal entry that it holds. */
  readonly entry: number;
}

const format = 'slipway.host-snapshot/1';

interface StoredSnapshot extends Omit<HostState, 'services' | 'indexVersion' | 'root'> {
  readonly format: typeof format;
  readonly entry: number;
  /** Left out by agents that knew of no index. */
  readonly indexVersion?: number;
  readonly root?: HostState['root'];
  readonly services: readonly ServiceRecord[];
}

export async function writeSnapshot(files: readonly string[], { state, entry }: Snapshot): Promise<void> {
  const stored: StoredSnapshot = {
    ...state,
    format,
    entry,
    services: [...state.services.values()],
  };
  await writeCopies(files, stored);
}

export interface ReadSnapshot extends Snapshot {
  readonly damage: readonly string[];
  /** `unread`: there is one, and no copy of it can be read. */
  readonly found: 'whole' | 'none' | 'unread';
}

/** The newest that is whole, or an empty memory. @throws SnapshotError when one is of another host or version */
export async function readSnapshot(files: readonly string[], host: HostId): Promise<ReadSnapshot> {
  const { whole, damage } = await readCopies<StoredSnapshot>(files, { format, host });
  const [newest] = whole.toSorted((a, b) => b.entry - a.entry);
  if (newest === undefined)
    return { state: newHost(host), entry: 0, damage, found: damage.length === 0 ? 'none' : 'unread' };
  const { format: _format, entry, services, ...stored } = newest;
  const records = new Map(services.map((record) => [record.service, atRest(record)]));
  return { state: { ...newHost(host), ...stored, services: records }, entry, damage, found: 'whole' };
}
