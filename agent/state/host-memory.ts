import { readFile } from 'node:fs/promises';
import type { DurableEvent } from '../../domain/host/events.ts';
import type { HostState } from '../../domain/host/service-state.ts';
import { replay } from '../../domain/host/transition.ts';
import type { HostId } from '../../domain/names.ts';
import type { AgentDirectory } from '../agent-directory.ts';
import { hasCode } from '../durable-files.ts';
import { decodeLines } from './journal-line.ts';
import { openJournal, type Journal } from './journal.ts';
import { readSnapshot, writeSnapshot, type Snapshot } from './snapshot.ts';

/** So many entries are read at a start at most. */
const entriesPerSnapshot = 1_000;

interface Entry {
  readonly n: number;
  readonly event: DurableEvent;
}

/** What a host remembers for ever: a snapshot and the events since. */
export interface HostMemoryStore {
  /** As it was when the last agent ended, to be corrected by what is found on disk. */
  readonly remembered: HostState;
  /** Resolves when the event can't be lost any more. @throws JournalError */
  append(event: DurableEvent): Promise<void>;
  /** Shortens the journal when it has grown long; `state` holds all events appended so far. */
  compact(state: HostState): Promise<void>;
  close(): Promise<void>;
}

/** @throws SnapshotError */
export async function openHostMemory(directory: AgentDirectory, host: HostId): Promise<HostMemoryStore> {
  const snapshot = await readSnapshot(directory.snapshot, host);
  const { journal, texts } = await openJournal({ file: directory.journal, reserve: directory.journalReserve });
  const { state, entry } = replayed(snapshot, texts);
  return memoryStore(directory, journal, state, entry);
}

/** What a host remembers, read and left as it is: for whoever only looks. @throws SnapshotError */
export async function readHostMemory(directory: AgentDirectory, host: HostId): Promise<HostState> {
  const snapshot = await readSnapshot(directory.snapshot, host);
  const content = await readFile(directory.journal).catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return Buffer.alloc(0);
    throw error;
  });
  return replayed(snapshot, decodeLines(content).texts).state;
}

function replayed(snapshot: Snapshot, texts: readonly string[]): Snapshot {
  const entries = texts.map((text) => JSON.parse(text) as Entry).filter(({ n }) => n > snapshot.entry);
  const events = entries.map(({ event }) => event);
  return { state: replay(snapshot.state, events), entry: entries.at(-1)?.n ?? snapshot.entry };
}

function memoryStore(
  directory: AgentDirectory,
  journal: Journal,
  remembered: HostState,
  last: number,
): HostMemoryStore {
  let entry = last;
  return {
    remembered,
    async append(event) {
      await journal.append(JSON.stringify({ n: entry + 1, event } satisfies Entry));
      entry += 1;
    },
    async compact(state) {
      if (journal.entries < entriesPerSnapshot || !(await snapshotWritten(directory.snapshot, { state, entry })))
        return;
      await journal.clear();
    },
    close: () => journal.close(),
  };
}

/** Where there is no space for a snapshot the journal goes on growing: every entry stays. */
const snapshotWritten = (file: string, snapshot: Snapshot): Promise<boolean> =>
  writeSnapshot(file, snapshot).then(
    () => true,
    () => false,
  );
