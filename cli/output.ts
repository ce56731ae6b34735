import type { Problem } from '../protocol/problem.ts';
import { plainText } from '../domain/progress/plain-text.ts';
import { problemCode } from '../protocol/api/problems.ts';
import { ApiProblemError, ApiUnreachableError } from './api-client.ts';
import { asciiText } from './ascii-text.ts';
import type { DocumentData, DocumentName } from './json-documents.ts';
import { hasUnicode } from './live/room.ts';
import type { Surroundings } from './surroundings.ts';
import { UsageError } from './usage-error.ts';

/** How a command answers: to a person, or to a program. */
export interface Output {
  readonly isJson: boolean;
  /** A line of data for a person; nothing with `--json`. */
  line(text: string): void;
  /** The one document of a command; nothing without `--json`. */
  document<Name extends DocumentName>(name: Name, data: DocumentData<Name>, next: readonly string[]): void;
  /** One of many documents, a line each; nothing without `--json`. */
  event(event: object): void;
  /** Beside the data: where it acts, what is wrong with the connection. */
  note(text: string): void;
}

export function createOutput(isJson: boolean, { stdout, stderr, environment }: Surroundings): Output {
  const print = (text: string): void => void stdout.write(`${text}\n`);
  const isPoor = stdout.isTTY && !hasUnicode(environment);
  return {
    isJson,
    line: (text) => void (isJson || print(isPoor ? asciiText(plainText(text)) : plainText(text))),
    document(name, data, next) {
      if (isJson) print(JSON.stringify({ schema: `slipway.${name}/v1`, asOf: new Date().toISOString(), data, next }));
    },
    event: (event) => void (isJson && print(JSON.stringify(event))),
    note: (text) => void stderr.write(`${plainText(text)}\n`),
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
