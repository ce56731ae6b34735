import { readFileSync } from 'node:fs';
import { openAgentDirectory } from '../../agent/agent-directory.ts';
import { decodeLines } from '../../agent/state/journal-line.ts';
import type { DurableEvent } from '../../domain/host/events.ts';
import type { StackShape } from '../../infra/local/programs.ts';

/** All that a host of the stack has written down, oldest first. */
export const readHostJournal = ({ data }: StackShape, host: string): readonly DurableEvent[] =>
  decodeLines(readFileSync(openAgentDirectory(data.agent(host)).journal)).texts.map(
    (text) => (JSON.parse(text) as { readonly event: DurableEvent }).event,
  );
