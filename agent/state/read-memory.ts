import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { DurableEvent } from '../../domain/host/events.ts';
import { lostAt, withFloors, type HostFloors } from '../../domain/host/floors.ts';
import type { HostState } from '../../domain/host/service-state.ts';
import { replay } from '../../domain/host/transition.ts';
import type { HostId } from '../../domain/names.ts';
import type { AgentDirectory } from '../agent-directory.ts';
import { couldNotLook } from '../durable-files.ts';
import type { DecodedLines } from './journal-line.ts';
import { readSnapshot, type ReadSnapshot } from './snapshot.ts';
import { readCopies, type Copies } from './two-copies.ts';

/** One line of the journal. Numbers follow each other, also over snapshots. */
export interface Entry {
  readonly n: number;
  readonly event: DurableEvent;
}

/** What is raised is also kept apart from the memory. */
export type StoredFloors = HostFloors & {
  readonly format: 'slipway.host-floors/1';
  /** Number of the journal's entry that raised them. */
  readonly entry: number;
};

export interface ReadMemory {
  readonly remembered: HostState;
  /** Number of the last entry, as far as anything knows. */
  readonly entry: number;
  readonly damage: readonly string[];
}

/** What stands beside the journal. */
export interface Kept {
  readonly snapshot: ReadSnapshot;
  readonly floors: Copies<StoredFloors>;
}

/** @throws SnapshotError when it is another host's */
export async function readKept(directory: AgentDirectory, host: HostId): Promise<Kept> {
  const snapshot = await readSnapshot([directory.snapshot, directory.snapshotCopy], host);
  const files = [directory.floors, directory.floorsCopy];
  return { snapshot, floors: await readCopies<StoredFloors>(files, { format: 'slipway.host-floors/1', host }) };
}

/**
 * What is left of a host's memory. Entries that are missing anywhere make it a damaged one: then its floors are taken
 * from their own copies, and where there is none either, all that was signed before now is refused.
 */
export async function readMemory(
  directory: AgentDirectory,
  { snapshot, floors }: Kept,
  { texts, damaged }: Pick<DecodedLines, 'texts' | 'damaged'>,
): Promise<ReadMemory> {
  const all = texts.map((text) => JSON.parse(text) as Entry);
  const entries = all.filter(({ n }) => n > snapshot.entry);
  const [newest] = floors.whole.toSorted((a, b) => b.entry - a.entry);
  const last = entries.at(-1)?.n ?? snapshot.entry;
  const gap = missingEntries(snapshot.entry, entries) || last < (newest?.entry ?? 0);
  const unread = snapshot.found === 'unread' && entries.length === 0;
  const forgotten = !gap && last === 0 && snapshot.found === 'none' && (await hasReleases(directory));
  const damage = [
    ...snapshot.damage,
    ...floors.damage,
    ...(damaged > 0 ? [`${damaged} entries of ${directory.journal} are damaged`] : []),
    ...(gap ? ['entries of the journal are missing'] : []),
    ...(forgotten ? [`${directory.services} holds releases, and nothing is remembered of them`] : []),
  ];
  const lost = gap || unread || damaged > 0 || forgotten;
  const entry = Math.max(last, newest?.entry ?? 0);
  return { remembered: rebuild(snapshot, entries, lost ? (newest ?? 'lost') : null), entry, damage };
}

/**
 * `floors` of a damaged memory say exactly how far the host had counted at their entry, whatever is left of the entries up
 * to it: another director may have made it count anew. What follows them counts on from there.
 */
function rebuild(snapshot: ReadSnapshot, entries: readonly Entry[], floors: StoredFloors | 'lost' | null): HostState {
  const from = (state: HostState, some: readonly Entry[]): HostState =>
    replay(
      state,
      some.map(({ event }) => event),
    );
  if (floors === null) return from(snapshot.state, entries);
  if (floors === 'lost') return lostAt(from(snapshot.state, entries), Date.now());
  // A whole snapshot that is newer holds them.
  if (floors.entry < snapshot.entry) return from(snapshot.state, entries);
  const before = from(
    snapshot.state,
    entries.filter(({ n }) => n <= floors.entry),
  );
  return from(
    withFloors(before, floors),
    entries.filter(({ n }) => n > floors.entry),
  );
}

/** Each follows the one before, and the first the snapshot. */
const missingEntries = (before: number, entries: readonly Entry[]): boolean =>
  entries.some(({ n }, index) => n !== (entries[index - 1]?.n ?? before) + 1);

async function hasReleases({ services }: AgentDirectory): Promise<boolean> {
  for (const name of await readdir(services).catch(noneThere)) {
    const releases = await readdir(path.join(services, name, 'releases')).catch(noneThere);
    if (releases.length > 0) return true;
  }
  return false;
}

/** @throws where nobody could look */
function noneThere(error: unknown): readonly string[] {
  if (couldNotLook(error)) throw error;
  return [];
}
