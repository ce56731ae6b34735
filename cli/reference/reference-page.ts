import type { Command, Option } from 'commander';
import { exitCodes } from '../exit-code.ts';
import { documentData, schemaOf, type DocumentName } from '../json-documents.ts';

/** `docs/reference/cli.md`: all that the command line takes, out of the commands themselves. */
export const referencePage = (program: Command): string =>
  [head, exitTable(), json, ...program.commands.filter(isShown).map(section)].join('\n\n') + '\n';

const head = `# Command line

\`slipway <verb> [<object>]\`. Objects are written \`checkout\` (a service), \`checkout@412\` (a release) and \`checkout/87\` (a
deployment). This page is made from the commands: \`node infra/local/launcher.mjs cli/reference/write-reference.ts\`.

Commands that talk to the api also take \`--api <url>\`, \`--token-file <path>\` and \`--profile <name>\`. Each setting comes from the
first place that has it: flag, environment (\`SLIPWAY_API\`, \`SLIPWAY_TOKEN\`, \`SLIPWAY_PROFILE\`), profile in
\`$XDG_CONFIG_HOME/slipway/profiles.json\`, the embedded Slipway that \`npm start\` runs in this checkout, default. \`slipway config\`
shows which. A token is never an argument.

Data goes to stdout, all else to stderr. What changes something says first where it acts, and as whom. Where no person can
answer (no terminal, or \`TERM=dumb\`) nothing is asked: a command that would have to ask ends with 2 and names the flag.`;

const meanings: Readonly<Record<keyof typeof exitCodes, string>> = {
  done: 'done, or watched to success',
  fault: 'fault: unexpected, or the api does not answer',
  usage: 'a flag, an argument, a setting or an answer',
  refused: 'refused: locked, policy, or the state has moved',
  notAllowed: 'sign in, or not allowed',
  undone: 'failed, and every region is undone',
  personNeeded: 'failed, and not all is undone: a person is needed',
  notOver: 'not over at `--timeout`, or waits for a person',
  notFound: 'not found',
  interrupted: 'Ctrl-C: stopped watching, and nothing else',
};

const exitTable = (): string =>
  [
    '| exit code | |',
    '| --- | --- |',
    ...Object.entries(exitCodes).map(([name, code]) => `| ${code} | ${meanings[name as keyof typeof exitCodes]} |`),
  ].join('\n');

const json = `With \`--json\` stdout holds one document, \`{"schema": "slipway.status/v1", "asOf": …, "data": …, "next": [commands]}\`; what is
watched is an event a line, the last of them \`{"type": "result", …}\`. Fields are only added. On failure stdout is empty and
stderr is an RFC 9457 problem on one line, and nothing else: where it acts, as whom and what it does is said there once the
document is printed, or at once if stderr is a terminal. What watches or waits tells of that on stderr while it does; a
problem is then the last line. The schemas are in [cli-documents.json](cli-documents.json).`;

const isShown = (command: Command): boolean => !command.name().startsWith('__');

function section(command: Command): string {
  const name = command.name();
  const own = command.options.filter((option) => !shared.has(option.long ?? ''));
  return [
    `## ${name}`,
    `\`slipway ${name}${command.registeredArguments.map((each) => ` ${each.required ? `<${each.name()}>` : `[${each.name()}]`}`).join('')}\`: ${command.description()}.`,
    ...argumentsOf(command),
    ...(own.length === 0 ? [] : [['| flag | |', '| --- | --- |', ...own.map(optionRow)].join('\n')]),
    ...(schemasOf(name).length === 0 ? [] : [`\`--json\`: ${schemasOf(name).join(', ')}.`]),
  ].join('\n\n');
}

const shared = new Set(['--json', '--api', '--token-file', '--profile']);

const argumentsOf = (command: Command): string[] =>
  command.registeredArguments.flatMap((argument) =>
    argument.argChoices === undefined ? [] : [`\`<${argument.name()}>\`: ${argument.argChoices.join(', ')}.`],
  );

function optionRow({ flags, description, defaultValue, mandatory }: Option): string {
  const more = [mandatory ? 'needed' : '', defaultValue === undefined ? '' : `default ${String(defaultValue)}`];
  const text = [description, ...more.filter(Boolean)].join('; ').replaceAll('|', '\\|');
  return `| \`${flags}\` | ${text} |`;
}

const schemasOf = (verb: string): string[] =>
  (Object.keys(documentData) as DocumentName[])
    .filter((name) => name === verb || (name.startsWith(`${verb}-`) && (verb === 'list' || verb === 'show')))
    .map((name) => `\`${schemaOf(name)}\``);
