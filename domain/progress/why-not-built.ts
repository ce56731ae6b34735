/** Why a build, its checks or its verification failed, in the words of what failed: few of them, and printable. */
import type { SpecProblem } from '../spec/service-spec.ts';

const maxLines = 5;
const maxLineLength = 160;
const maxProblems = 5;

/** What terminals are told by: colours, cursors, titles. Each begins with ESC, or with a control character that stands for it. */
const terminalCodes = /(?![\n\r\t])\p{Cc}(\[[0-?]*[ -/]*[@-~]|\][^\p{Cc}]*\p{Cc}?\\?)/gu;

/**
 * `exit code 1; its last words: npm error code E404 | npm error 404 Not Found`
 *
 * @param tail the end of its output; of a line that is longer the beginning is kept
 */
export function withLastWords(reason: string, tail: string): string {
  const lines = tail
    .replaceAll(terminalCodes, '')
    .split(/[\n\r]+/)
    .map((line) => line.replaceAll(/[\p{C}\s]+/gu, ' ').trim())
    .filter((line) => line !== '')
    .slice(-maxLines)
    .map((line) => line.slice(0, maxLineLength).toWellFormed());
  return lines.length === 0 ? reason : `${reason}; its last words: ${lines.join(' | ')}`;
}

/** `slipway.yaml:14:9 rollout.stages[0].batches: is not a list; slipway.yaml:20:1 …`, and how many more there are. */
export function specProblemsText(problems: readonly SpecProblem[]): string {
  if (problems.length === 0) return 'slipway.yaml is not valid';
  const shown = problems
    .slice(0, maxProblems)
    .map(({ path, line, column, message }) => `slipway.yaml:${line}:${column} ${path}: ${message}`);
  const more = problems.length > maxProblems ? `; and ${problems.length - maxProblems} more` : '';
  return shown.join('; ') + more;
}
