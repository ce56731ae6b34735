import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { openAgentDirectory } from '../../../agent/agent-directory.ts';
import { decodeLines } from '../../../agent/state/journal-line.ts';
import type { DurableEvent } from '../../../domain/host/events.ts';
import type { HostId } from '../../../domain/names.ts';
import type { RunningStack } from '../stack/running-stack.ts';
import { repeat, type Closable } from './repeat.ts';

export interface JournalEntry {
  readonly host: HostId;
  readonly event: DurableEvent;
  /** By this machine's clock; the event has its host's. */
  readonly seenAtMs: number;
}

export interface Journals extends Closable {
  /** What every host has written since this began, oldest first within a host. */
  readonly entries: readonly JournalEntry[];
}

/** So soon is an entry seen: a program is killed between two steps of a switch, which take some milliseconds each. */
const everyMs = 5;

/** Reads on in the journals of all hosts. */
export function followJournals({ data, places }: RunningStack): Journals {
  const entries: JournalEntry[] = [];
  const tails = places.map(({ host }) => ({ host, tail: tailOf(openAgentDirectory(data.agent(host)).journal) }));
  const read = (): void => {
    const seenAtMs = Date.now();
    for (const { host, tail } of tails) entries.push(...tail.more().map((event) => ({ host, event, seenAtMs })));
  };
  for (const { tail } of tails) tail.more(); // what was before
  const reading = repeat(everyMs, read);
  let closed = false;
  return {
    entries,
    async close() {
      if (closed) return;
      closed = true;
      await reading.close();
      read();
      for (const { tail } of tails) tail.close();
    },
  };
}

/** A journal shrinks only when its agent has put everything into a snapshot. */
function tailOf(file: string): { more(): readonly DurableEvent[]; close(): void } {
  const journal = openSync(file, 'r');
  let offset = 0;
  return {
    more() {
      const { size } = fstatSync(journal);
      if (size < offset) offset = 0;
      const content = Buffer.alloc(size - offset);
      readSync(journal, content, 0, content.length, offset);
      const { texts, wholeBytes } = decodeLines(content);
      offset += wholeBytes;
      return texts.map((text) => (JSON.parse(text) as { readonly event: DurableEvent }).event);
    },
    close: () => closeSync(journal),
  };
}
