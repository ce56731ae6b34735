import { readFile } from 'node:fs/promises';
import type { HostState, ServiceRecord } from '../../domain/host/service-state.ts';
import { atRest, newHost } from '../../domain/host/service-state.ts';
import type { HostId } from '../../domain/names.ts';
import { hasCode, replaceFile } from '../durable-files.ts';
import { decodeLines, encodeLine } from './journal-line.ts';

export interface Snapshot {
  readonly state: HostState;
  /** Number of the last journal entry that it holds. */
  readonly entry: number;
}

/** The memory is not readable, or is another host's: an agent must not guess what it has promised. */
export class SnapshotError extends Error {
  override readonly name = 'SnapshotError';
  readonly code = 'snapshot';
}

const format = 'slipway.host-snapshot/1';

interface StoredSnapshot {
  readonly format: typeof format;
  readonly host: HostId;
  readonly entry: number;
  readonly sequenceCeiling: number;
  readonly timeFloorMs: number;
  /** Left out by agents that knew of no index. */
  readonly indexVersion?: number;
  readonly root?: HostState['root'];
  readonly services: readonly ServiceRecord[];
}

export async function writeSnapshot(file: string, { state, entry }: Snapshot): Promise<void> {
  const { host, sequenceCeiling, timeFloorMs, indexVersion, root, services } = state;
  const stored: StoredSnapshot = {
    format,
    host,
    entry,
    sequenceCeiling,
    timeFloorMs,
    indexVersion,
    root,
    services: [...services.values()],
  };
  await replaceFile(file, encodeLine(JSON.stringify(stored)));
}

/** The last snapshot, or an empty memory when there never was one. @throws SnapshotError */
export async function readSnapshot(file: string, host: HostId): Promise<Snapshot> {
  let content: Buffer;
  try {
    content = await readFile(file);
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
    return { state: newHost(host), entry: 0 };
  }
  const [text] = decodeLines(content).texts;
  if (text === undefined)
    throw new SnapshotError(`${file} is damaged; restore it, or take the host out and set it up anew`);
  const stored = JSON.parse(text) as StoredSnapshot;
  if (stored.format !== format)
    throw new SnapshotError(`${file} is in the format ${String(stored.format)}, which this version can't read`);
  if (stored.host !== host) throw new SnapshotError(`${file} is of host ${stored.host}, not of ${host}`);
  const services = new Map(stored.services.map((record) => [record.service, atRest(record)]));
  const { sequenceCeiling, timeFloorMs, indexVersion = 0, root = null, entry } = stored;
  return { state: { host, sequenceCeiling, timeFloorMs, indexVersion, root, services }, entry };
}
