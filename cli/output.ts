import type { Problem } from '../protocol/problem.ts';
import { plainText } from '../domain/progress/plain-text.ts';
import { problemCode } from '../protocol/api/problems.ts';
import { ApiProblemError, ApiUnreachableError } from './api-client.ts';
import { asciiText } from './ascii-text.ts';
import type { DocumentData, DocumentName } from './json-documents.ts';
import { hasUnicode } from './live/room.ts';
import type { Surroundings } from './surroundings.ts';
import { UsageError } from './usage-error.ts';

/**
 * How a command answers: to a person, or to a program. With `--json`, where stderr is no terminal, notes are held back
 * until something is on stdout or there is news. A command that fails before either leaves stdout empty, and stderr is
 * the problem and nothing else; after either the problem is the last line of stderr.
 */
export interface Output {
  readonly isJson: boolean;
  /** A line of data for a person; nothing with `--json`. */
  line(text: string): void;
  /** The one document of a command; nothing without `--json`. */
  document<Name extends DocumentName>(name: Name, data: DocumentData<Name>, next: readonly string[]): void;
  /** One of many documents, a line each; nothing without `--json`. */
  event(event: object): void;
  /** Beside the data: where it acts, what it would do. */
  note(text: string): void;
  /** What a person hears at once, after the notes so far: what it waits for, what becomes of the connection. */
  news(text: string): void;
}

export function createOutput(isJson: boolean, { stdout, stderr, environment }: Surroundings): Output {
  const print = (text: string): void => void stdout.write(`${text}\n`);
  const isPoor = stdout.isTTY && !hasUnicode(environment);
  // At a terminal a person reads them, who may be asked about what they say.
  const notes = createNotes(stderr, isJson && !stderr.isTTY);
  const printJson = (value: object): void => {
    if (!isJson) return;
    print(JSON.stringify(value));
    notes.release();
  };
  return {
    isJson,
    line: (text) => void (isJson || print(isPoor ? asciiText(plainText(text)) : plainText(text))),
    document: (name, data, next) =>
      printJson({ schema: `slipway.${name}/v1`, asOf: new Date().toISOString(), data, next }),
    event: printJson,
    note: notes.add,
    news(text) {
      notes.release();
      notes.add(text);
    },
  };
}

/** @param isHeld until they are released; what is never released is dropped */
function createNotes(stderr: NodeJS.WritableStream, isHeld: boolean) {
  let held: string[] | null = isHeld ? [] : null;
  const write = (text: string): void => void stderr.write(`${plainText(text)}\n`);
  return {
    add: (text: string): void => void (held === null ? write(text) : held.push(text)),
    release(): void {
      held?.forEach(write);
      held = null;
    },
  };
}

/** What went wrong, on stderr: a problem with `--json`, else a sentence and what to do. */
export function reportError(error: unknown, isJson: boolean, stderr: NodeJS.WritableStream): void {
  const problem = problemOfError(error);
  if (isJson) {
    stderr.write(`${JSON.stringify(problem)}\n`);
    return;
  }
  const marks = [problemCode(problem), problem.requestId && `request ${problem.requestId}`].filter(Boolean).join(', ');
  const lines = [
    `error: ${problem.detail ?? problem.title}${marks === '' ? '' : `  (${marks})`}`,
    ...listed(error, problem).map(({ path, message }) => `  ${path}: ${message}`),
    ...(problem.next === undefined ? [] : [`  ${problem.next}`]),
  ];
  stderr.write(lines.map((line) => `${plainText(line)}\n`).join(''));
}

/** The api's sentence names the first mistake already. */
const listed = (error: unknown, { errors = [] }: Problem) => (error instanceof UsageError ? errors : errors.slice(1));

function problemOfError(error: unknown): Problem {
  if (error instanceof ApiProblemError) return error.problem;
  const { message } = error as Error;
  if (error instanceof UsageError) return usageProblem(error);
  const unreachable = error instanceof ApiUnreachableError;
  return {
    type: 'about:blank',
    title: unreachable ? 'The api does not answer' : 'The command failed',
    status: unreachable ? 503 : 500,
    detail: message,
    ...(unreachable && { next: withoutApi }),
    retryable: unreachable,
  };
}

const withoutApi =
  'Hosts keep running what they run. See why: slipway doctor    To roll back without the api: slipway help offline';

const usageProblem = ({ message, mistakes }: UsageError): Problem => ({
  type: 'about:blank',
  title: 'The command is not valid',
  status: 400,
  detail: message,
  ...(mistakes.length > 0 && { errors: [...mistakes] }),
  retryable: false,
});
