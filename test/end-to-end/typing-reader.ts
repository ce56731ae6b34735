import { until } from '../crash/run/patience.ts';
import { fencedBlocks, readDocument } from '../docs/fenced-blocks.ts';
import { patienceMs } from '../patience.ts';
import { screenLines } from './terminal-screen.ts';
import { atTerminal } from './terminal-start.ts';

/** Somebody with a shell at a second terminal, who does what a page says. */
export interface TypingReader {
  /**
   * Types a line, agrees to what is asked, and ends the watching of what waits for an approval with Ctrl-C. Answers what
   * was shown until the shell asked for the next one. @throws Error with that when it ends with another code
   */
  give(line: string, wanted?: number): Promise<readonly string[]>;
  leave(): void;
}

export async function openTypingReader(size: {
  readonly columns: number;
  readonly rows: number;
}): Promise<TypingReader> {
  const shell = atTerminal('bash --norc --noprofile --noediting', size);
  // A frame that was drawn may have been higher than what it left.
  const lastLine = (lines: readonly string[]): string => lines.findLast((line) => line !== '') ?? '';
  const codeAtEnd = (lines: readonly string[]): number | undefined => {
    const prompt = /^<(\d+)>$/.exec(lastLine(lines))?.[1];
    return prompt === undefined ? undefined : Number(prompt);
  };
  await until('a prompt', patienceMs, () => /[#$]$/.test(lastLine(shell.lines())) || undefined);
  // From now on it is the exit code of what was given before.
  shell.type("PS1='<$?> '\n");
  await until('the new prompt', patienceMs, () => codeAtEnd(shell.lines()));
  /** What was approved goes on in a moment, also when it is still shown as waiting. */
  const approved = new Set<string>();
  return {
    async give(line, wanted = 0) {
      const [, verb, object = ''] = /^slipway (watch|approve) (\S+)/.exec(line) ?? [];
      if (verb === 'approve') approved.add(object);
      const endsAtApproval = verb === 'watch' && !approved.has(object);
      const from = shell.raw().length;
      const shown = (): string[] => screenLines(shell.raw().slice(from));
      shell.type(`${line}\n`);
      let answered = 0;
      let isEnded = false;
      const code = await until(`the end of ${line}`, patienceMs, () => {
        const lines = shown();
        const asked = lines.filter((each) => each.includes('? Type yes, or Enter for ')).length;
        if (asked > answered) {
          shell.type('yes\n');
          answered = asked;
        } else if (endsAtApproval && !isEnded && lines.some(namesApproval)) {
          shell.type('\u0003');
          isEnded = true;
        }
        return codeAtEnd(lines);
      }).catch((error: unknown) => {
        throw new Error(`${(error as Error).message}\n${shown().join('\n')}`);
      });
      if (code !== (isEnded ? 130 : wanted)) throw new Error(`${line} ended with ${code}:\n${shown().join('\n')}`);
      return shown()
        .filter((each) => each !== '')
        .slice(1, -1); // without the line itself, and the next prompt
    },
    leave: () => shell.kill(),
  };
}

const namesApproval = (line: string): boolean => /^Next: .+ slipway approve /.test(line);

/** What a page has for a shell, line by line, but for what starts Slipway or reaches it from elsewhere. */
export const linesToType = (file: string): readonly string[] =>
  fencedBlocks(readDocument(file))
    .filter(({ info }) => info === 'sh')
    .flatMap(({ text }) => text.split('\n'))
    .filter((line) => !/^(npm start|ssh)\b/.test(line));
