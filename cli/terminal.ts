import { createInterface } from 'node:readline/promises';
import { plainText } from '../domain/progress/plain-text.ts';
import type { Surroundings } from './surroundings.ts';

/** A person who can answer. Questions go to stderr: stdout is data. */
export interface Terminal {
  /** The line that was typed; `null` when there is no more to come (Ctrl-D). @throws the signal's reason */
  ask(question: string): Promise<string | null>;
  /** What is typed during the work answers nothing: there was no question yet. */
  deafTo<Result>(work: () => Promise<Result>): Promise<Result>;
}

/** `null` where nobody could answer: a pipe, a script, CI. */
export function openTerminal(around: Surroundings): Terminal | null {
  const { stdin, stderr, environment } = around;
  if (!stdin.isTTY || !stderr.isTTY || environment.TERM === 'dumb') return null;
  return { ask: (question) => askOnce(plainText(question), around), deafTo: (work) => deafTo(work, stdin) };
}

/** The terminal edits the line and turns Ctrl-C into a signal: no escape character is written. */
async function askOnce(
  question: string,
  { stdin: input, stderr: output, interrupted: signal }: Surroundings,
): Promise<string | null> {
  if (input.readableEnded) return null;
  const lines = createInterface({ input, output, terminal: false });
  try {
    const ended = new Promise<null>((resolve) => void lines.once('close', () => resolve(null)));
    const answer = await Promise.race([lines.question(question, { signal }), ended]);
    // At Ctrl-C readline ends the line that Enter did not end; at Ctrl-D it does not.
    if (answer === null) output.write('\n');
    return answer;
  } finally {
    lines.close();
  }
}

async function deafTo<Result>(work: () => Promise<Result>, input: Surroundings['stdin']): Promise<Result> {
  const drop = (): void => undefined;
  input.on('data', drop);
  try {
    return await work();
  } finally {
    input.off('data', drop);
    input.pause();
  }
}
