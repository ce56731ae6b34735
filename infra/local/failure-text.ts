import { stripVTControlCharacters } from 'node:util';
import { plainText } from '../../domain/progress/plain-text.ts';
import { AdvisedError } from './advised-error.ts';
import { keepFailure } from './keep-failure.ts';
import { ownerOf } from './port-choice.ts';
import { AlreadyRunningError } from './process-register.ts';
import { ProgramStartError } from './program-start-error.ts';
import { ServerStartError } from './child-server.ts';

const lastLines = 12;

/** What it looks at and writes beside its answer. */
export interface FailureParts {
  /** Name and pid of the program that listens on a port; `null` when it can't be seen. */
  readonly portOwner: (port: number) => string | null;
  /** Writes down where a fault came from; answers the file, or `null` when it can't. */
  readonly keep: (text: string, dataDirectory: string) => string | null;
}

const usualParts: FailureParts = { portOwner: ownerOf, keep: keepFailure };

/** Why it did not start, and what to do: lines for people. What programs wrote can't steer the terminal. */
export const failureText = (error: unknown, dataDirectory: string, parts: FailureParts = usualParts): string[] =>
  failureLines(error instanceof Error ? error : new Error(String(error)), dataDirectory, parts)
    .flatMap((text) => text.split('\n'))
    .map((line) => plainText(stripVTControlCharacters(line)));

function failureLines(error: Error, dataDirectory: string, parts: FailureParts): string[] {
  const { message } = error;
  if (error instanceof AlreadyRunningError)
    return [
      message,
      'Use that one, or end it: Ctrl-C where it runs, or kill with that pid. A second one: npm start -- --data <another folder>.',
      'To end it from here and begin anew, which deletes its data: npm start -- --reset',
    ];
  if (error instanceof AdvisedError) return [message];
  const advice = portAdvice(error, parts) ?? adviceFor(error, dataDirectory);
  const todo = advice ?? tryAgain(dataDirectory);
  if (error instanceof ProgramStartError)
    return [
      `${error.program} did not start: ${error.how}`,
      ...quoted(usefulLines(error.lastLines)),
      `Its log: ${error.logFile}`,
      todo,
    ];
  if (advice !== null || error instanceof ServerStartError) return [message.trim(), todo];
  return [...unforeseenLines(error, dataDirectory, parts), todo];
}

const tryAgain = (dataDirectory: string): string =>
  `Try npm start again. If it stays so: npm start -- --reset begins anew and deletes ${dataDirectory}.`;

const quoted = (lines: readonly string[]): string[] => lines.slice(-lastLines).map((line) => `  | ${line}`);

/** What a command that failed has printed stands in its error's message. */
function unforeseenLines(error: Error, dataDirectory: string, { keep }: FailureParts): string[] {
  const [what = '', ...printed] = error.message.trim().split('\n');
  const stack = error.stack ?? error.message;
  const file = keep(stack, dataDirectory);
  return [
    what || error.name,
    ...quoted(printed.filter((line) => line.trim() !== '')),
    ...(file === null ? [stack] : [`Where it happened: ${file}`]),
  ];
}

/** What speaks of a fault, where anything does, and the last line; what was logged again and again stands once. */
function usefulLines(log: string): string[] {
  if (log === '') return ['nothing was logged in this start'];
  const lines = log.split('\n').map(readable);
  const times = new Map<string, number>();
  for (const { text } of lines) times.set(text, (times.get(text) ?? 0) + 1);
  const lasts = lines.filter(({ text }, index) => lines.findLastIndex((other) => other.text === text) === index);
  const useful = lasts.some(({ isChatter }) => !isChatter)
    ? lasts.filter(({ isChatter }, index) => !isChatter || index === lasts.length - 1)
    : lasts;
  return useful.map(({ text }) => (times.get(text) === 1 ? text : `${text} (${times.get(text)} times)`));
}

/** Slipway's own programs log a JSON object in each line. */
function readable(line: string): { readonly text: string; readonly isChatter: boolean } {
  try {
    const { level, msg, err, error = err } = JSON.parse(line) as LogLine;
    const text = [level, msg, error?.message].filter(Boolean).join(' ') || line;
    return { text, isChatter: level === 'info' || level === 'debug' || level === 'trace' };
  } catch {
    return { text: line, isChatter: false };
  }
}

interface LogLine {
  readonly level?: string;
  readonly msg?: string;
  /** Written under either name. */
  readonly err?: { readonly message?: string };
  readonly error?: { readonly message?: string };
}

/** In the words of the fault itself: a log names other ports too. */
const takenPort = /(?:EADDRINUSE[^\n]*?127\.0\.0\.1:|listen tcp 127\.0\.0\.1:|running on port )(\d{1,5})/i;

/** A port was free when it was chosen, and another program has it now. Node, Temporal and Postgres each say which. */
function portAdvice({ message }: Error, { portOwner }: FailureParts): string | null {
  if (!/EADDRINUSE|address already in use|could not bind/i.test(message)) return null;
  const port = takenPort.exec(message)?.[1];
  const [what, owner] = port === undefined ? ['A port', null] : [`Port ${port}`, portOwner(Number(port))];
  return `${what} was taken in this moment by ${owner ?? 'another program'}: npm start again chooses another one.`;
}

/** Faults that are not Slipway's, by what the system or a server says of them. */
function adviceFor(error: Error, dataDirectory: string): string | null {
  const { code, syscall, path } = error as NodeJS.ErrnoException;
  const text = `${code ?? ''} ${error.message}`;
  if (/ENOSPC|No space left on device|EDQUOT|Disk quota exceeded/i.test(text))
    return `The disk that holds ${dataDirectory} is full: make room, or choose another place with npm start -- --data <folder>.`;
  if (/EMFILE|ENFILE|Too many open files/i.test(text))
    return 'Too many files are open: raise the limit (ulimit -n 4096) and start again.';
  if (/ENOMEM|out of memory|Cannot allocate memory/i.test(text))
    return 'The machine has too little memory free: end other programs, or start less: npm start -- --regions 2 --hosts 1';
  if (code === 'ENOENT' && syscall?.startsWith('spawn') && path === 'git')
    return 'The demonstration needs git: install it, or start without: npm start -- --no-demo';
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
    return `${path ?? dataDirectory} can't be written: choose another place with npm start -- --data <folder>.`;
  return null;
}
