import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { DurableEvent } from '../../domain/host/events.ts';
import { lostAt, raiseTo, type HostFloors } from '../../domain/host/floors.ts';
import type { HostState } from '../../domain/host/service-state.ts';
import { replay } from '../../domain/host/transition.ts';
import type { HostId } from '../../domain/names.ts';
import type { AgentDirectory } from '../agent-directory.ts';
import { openJournal, type Journal } from './journal.ts';
import { readSnapshot } from './snapshot.ts';
import { readCopies } from './two-copies.ts';

/** One line of the journal. Numbers follow each other, also over snapshots. */
export interface Entry {
  readonly n: number;
  readonly event: DurableEvent;
}

type StoredFloors = HostFloors & {
  /** Number of the journal's entry that raised them. */
  readonly entry: number;
};

export interface ReadMemory {
  readonly journal: Journal;
  readonly remembered: HostState;
  /** Number of the last entry, as far as anything knows. */
  readonly entry: number;
  readonly damage: readonly string[];
}

/**
 * What is left of a host's memory. Entries that are missing anywhere make it a damaged one: then its floors are taken
 * from their own copies, and where there is none either, all that was signed before now is refused.
 * @throws SnapshotError when it is another host's
 */
export async function readMemory(directory: AgentDirectory, host: HostId): Promise<ReadMemory> {
  const snapshot = await readSnapshot([directory.snapshot, directory.snapshotCopy], host);
  const floors = await readCopies<StoredFloors>([directory.floors, directory.floorsCopy], host);
  const { journal, texts, damaged } = await openJournal({ file: directory.journal, reserve: directory.journalReserve });
  const all = texts.map((text) => JSON.parse(text) as Entry);
  const entries = all.filter(({ n }) => n > snapshot.entry);
  const replayed = replay(
    snapshot.state,
    entries.map(({ event }) => event),
  );
  const [kept] = floors.whole.toSorted((a, b) => b.entry - a.entry);
  const last = entries.at(-1)?.n ?? snapshot.entry;
  const gap = missingEntries(snapshot.entry, entries) || last < (kept?.entry ?? 0);
  const unread = snapshot.found === 'unread' && entries.length === 0;
  const forgotten = !gap && last === 0 && snapshot.found === 'none' && (await hasReleases(directory));
  const damage = [
    ...[...snapshot.damaged, ...floors.damaged].map((file) => `${file} is damaged`),
    ...(damaged > 0 ? [`${damaged} entries of ${directory.journal} are damaged`] : []),
    ...(gap ? ['entries of the journal are missing'] : []),
    ...(forgotten ? [`${directory.services} holds releases, and nothing is remembered of them`] : []),
  ];
  const lost = gap || unread || damaged > 0 || forgotten;
  const raised = lost && kept !== undefined ? raiseTo(replayed, kept) : replayed;
  const remembered = lost && kept === undefined ? lostAt(raised, Date.now()) : raised;
  return { journal, remembered, entry: Math.max(last, kept?.entry ?? 0), damage };
}

/** Each follows the one before, and the first the snapshot. */
const missingEntries = (before: number, entries: readonly Entry[]): boolean =>
  entries.some(({ n }, index) => n !== (entries[index - 1]?.n ?? before) + 1);

async function hasReleases({ services }: AgentDirectory): Promise<boolean> {
  for (const name of await readdir(services).catch(() => [])) {
    const releases = await readdir(path.join(services, name, 'releases')).catch(() => []);
    if (releases.length > 0) return true;
  }
  return false;
}
