import { readFile } from 'node:fs/promises';
import type { DurableEvent } from '../../domain/host/events.ts';
import { floorsOf } from '../../domain/host/floors.ts';
import type { HostState } from '../../domain/host/service-state.ts';
import { replay } from '../../domain/host/transition.ts';
import type { HostId } from '../../domain/names.ts';
import type { AgentDirectory } from '../agent-directory.ts';
import { hasCode } from '../durable-files.ts';
import { decodeLines } from './journal-line.ts';
import { openJournal, type Journal } from './journal.ts';
import { readKept, readMemory, type Entry, type ReadMemory } from './read-memory.ts';
import { writeSnapshot } from './snapshot.ts';
import { writeCopies } from './two-copies.ts';

/** So many entries are read at a start at most. */
const entriesPerSnapshot = 1_000;

/** What a host remembers for ever: a snapshot, the events since, and its floors once more apart from them. */
export interface HostMemoryStore {
  /** As it was when the last agent ended, to be corrected by what is found on disk. */
  readonly remembered: HostState;
  /** What of the memory was found damaged, one sentence each; empty when nothing was. */
  readonly damage: readonly string[];
  /** Resolves when the event can't be lost any more. @throws JournalError */
  append(event: DurableEvent): Promise<void>;
  /** Shortens the journal when it has grown long; `state` holds all events appended so far. */
  compact(state: HostState): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens the memory, and writes it anew where it was damaged.
 * @throws SnapshotError when it is another host's; UnreadMemoryError where it could not be read, and is left as it is
 */
export async function openHostMemory(directory: AgentDirectory, host: HostId): Promise<HostMemoryStore> {
  const { journal, read } = await openFiles(directory, host);
  const { remembered, entry, damage } = read;
  const store = memoryStore(directory, journal, remembered, entry, damage);
  if (damage.length > 0) await store.writeAll(remembered);
  return store;
}

/** Another host's folder is left as it is: what it keeps beside the journal is read before that is cut. */
async function openFiles(directory: AgentDirectory, host: HostId): Promise<{ journal: Journal; read: ReadMemory }> {
  const kept = await readKept(directory, host);
  const { journal, ...lines } = await openJournal({ file: directory.journal, reserve: directory.journalReserve });
  try {
    return { journal, read: await readMemory(directory, kept, lines) };
  } catch (error) {
    await journal.close();
    throw error;
  }
}

/** What a host remembers, read and left as it is: for whoever only looks. @throws SnapshotError */
export async function readHostMemory(directory: AgentDirectory, host: HostId): Promise<HostState> {
  const kept = await readKept(directory, host);
  const content = await readFile(directory.journal).catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return Buffer.alloc(0);
    throw error;
  });
  const { remembered } = await readMemory(directory, kept, decodeLines(content));
  return remembered;
}

function memoryStore(
  directory: AgentDirectory,
  journal: Journal,
  remembered: HostState,
  last: number,
  damage: readonly string[],
): HostMemoryStore & { writeAll(state: HostState): Promise<void> } {
  const floors = floorsWriter(directory, damage.length > 0 ? null : remembered);
  let entry = last;
  let known = remembered;
  const writeAll = async (state: HostState): Promise<void> => {
    await floors.write(state, entry);
    const files = [directory.snapshot, directory.snapshotCopy];
    if (await hasDone(writeSnapshot(files, { state, entry }))) await journal.clear();
  };
  return {
    remembered,
    damage,
    writeAll,
    async append(event) {
      await journal.append(JSON.stringify({ n: entry + 1, event } satisfies Entry));
      entry += 1;
      known = replay(known, [event]);
      await floors.write(known, entry);
    },
    async compact(state) {
      if (journal.entries >= entriesPerSnapshot) await writeAll(state);
    },
    close: () => journal.close(),
  };
}

/** Writes them where they changed. What can't be written now stands in the journal, and is tried with the next change. */
function floorsWriter(directory: AgentDirectory, written: HostState | null) {
  let last = written === null ? null : JSON.stringify(floorsOf(written));
  return {
    async write(state: HostState, entry: number): Promise<void> {
      const floors = floorsOf(state);
      const text = JSON.stringify(floors);
      if (text === last) return;
      const files = [directory.floors, directory.floorsCopy];
      if (await hasDone(writeCopies(files, { format: 'slipway.host-floors/1', ...floors, entry }))) last = text;
    },
  };
}

/** Where there is no space for a copy, what it would hold stays where it is. */
const hasDone = (writing: Promise<void>): Promise<boolean> =>
  writing.then(
    () => true,
    () => false,
  );
