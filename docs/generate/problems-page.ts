import { ApiProblemError } from '../../cli/api-client.ts';
import { exitCodeOfError, exitCodes } from '../../cli/exit-code.ts';
import { problemKinds, problemOf, type ProblemCode } from '../../protocol/api/problems.ts';
import { anchor, code, generatedNote, page, table } from './markdown.ts';
import { problemCircumstances } from './problem-circumstances.ts';

const codes = Object.keys(problemKinds) as ProblemCode[];

const introduction = `# Problems

Every error of the API is an RFC 9457 document (\`application/problem+json\`): \`type\` ends in a stable code; \`title\`, \`status\`,
\`detail\` (what was wrong this time), \`next\` (what to do), \`retryable\`, \`requestId\`, and \`errors\` where fields are wrong. The
command line prints the same words on standard error, with \`--json\` the document itself, and ends with the exit code.`;

/** `docs/reference/problems.md` */
export const problemsPage = (): string =>
  page([
    generatedNote('protocol/api/problems.ts and cli/exit-code.ts'),
    introduction,
    overview(),
    ...codes.flatMap(section),
    exitCodesSection(),
  ]);

const overview = (): string =>
  table(
    ['code', 'status', 'title', 'exit code', 'try again'],
    codes.map((each) => {
      const { status, title, retryable } = problemKinds[each];
      return [
        `[${code(each)}](${anchor(each)})`,
        String(status),
        title,
        String(exitCodeOf(each)),
        retryable ? 'yes' : 'no',
      ];
    }),
  );

const exitCodeOf = (each: ProblemCode): number => exitCodeOfError(new ApiProblemError(problemOf(each, { detail: '' })));

function section(each: ProblemCode): readonly string[] {
  const { status, title, next } = problemKinds[each];
  const { when, todo } = problemCircumstances[each];
  return [
    `## ${each}`,
    `**${title}** (${status}, exit code ${exitCodeOf(each)}). ${when}`,
    [next, ...todo].map((line) => `- ${line}`).join('\n'),
  ];
}

/** What each exit code means, in the words of the reference. */
const exitCodeMeanings: Readonly<Record<keyof typeof exitCodes, string>> = {
  done: 'Done, or watched to success.',
  fault: 'Unexpected, or the api does not answer.',
  usage: 'A flag, an argument, a setting or an answer is wrong.',
  refused: 'Refused: locked, policy, or the state has moved on.',
  notAllowed: 'Sign in, or not allowed.',
  undone: 'It did not get live, and nothing of it is left in any region.',
  personNeeded: 'It failed, and not all is undone: a person is needed.',
  notOver: 'Not over when the time was up, or it waits for a person.',
  notFound: 'There is no such thing.',
  interrupted: 'Ctrl-C: only the watching ended.',
};

const exitCodesSection = (): string =>
  [
    '## Exit codes of the command line',
    table(
      ['code', 'meaning'],
      Object.entries(exitCodes).map(([name, number]) => [
        String(number),
        exitCodeMeanings[name as keyof typeof exitCodes],
      ]),
    ),
  ].join('\n\n');
