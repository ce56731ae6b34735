import type { Argument, Command } from 'commander';

/** Names that the api knows now. */
export interface LiveNames {
  readonly services: readonly string[];
  /** `checkout@412`, newest first. */
  readonly releases: readonly string[];
  /** `checkout/87`, newest first. */
  readonly deployments: readonly string[];
}

/** What is asked for live, so that no more is fetched than is offered. */
export type AskNames = (service: string | null) => Promise<LiveNames>;

/** What the last word could become: a command, a flag, or an object of the kind that the command takes. */
export async function candidatesFor(program: Command, words: readonly string[], ask: AskNames): Promise<string[]> {
  const [verb = '', ...rest] = words;
  const last = words.at(-1) ?? '';
  const fitting = (all: readonly string[]): string[] => all.filter((each) => each.startsWith(last));
  if (words.length <= 1) return fitting(namesOf(program));
  const command = program.commands.find((each) => each.name() === verb);
  if (command === undefined) return [];
  if (last.startsWith('-')) return fitting(command.options.map(({ long, flags }) => long ?? flags));
  const taking = command.options.find(({ long, required }) => required && long === rest.at(-2));
  if (taking !== undefined) return taking.long === '--service' ? fitting((await ask(null)).services) : [];
  const argument = command.registeredArguments[placeAmong(command, rest)];
  return argument === undefined ? [] : fitting(await valuesOf(argument, last, ask));
}

const namesOf = (program: Command): string[] =>
  program.commands.map((command) => command.name()).filter((name) => !name.startsWith('__'));

/** Which argument the last word is: those that are flags, or belong to one, don't count. */
function placeAmong(command: Command, words: readonly string[]): number {
  const isValue = (index: number): boolean =>
    command.options.some(({ long, required }) => required && long === words[index - 1]);
  return words.slice(0, -1).filter((word, index) => !word.startsWith('-') && !isValue(index)).length;
}

/** By the name of the argument: `<object>` is a service, a release or a deployment. */
async function valuesOf(argument: Argument, last: string, ask: AskNames): Promise<readonly string[]> {
  if (argument.argChoices !== undefined) return argument.argChoices;
  const name = argument.name();
  if (!['service', 'deployment', 'object'].includes(name)) return [];
  const service = /^([a-z][a-z0-9-]*)[@/]/.exec(last)?.[1] ?? null;
  const live = await ask(name === 'service' ? null : service);
  if (name === 'service') return live.services;
  if (service === null) return name === 'object' ? live.services : live.services.map((each) => `${each}/`);
  return name === 'object' ? [...live.releases, ...live.deployments] : live.deployments;
}
