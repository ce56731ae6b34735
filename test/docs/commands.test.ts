/** Every command that README and docs name: that it exists, with the flags that it is given. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, jest, test } from '@jest/globals';
import type { CarryOut } from '../../cli/commands/command.ts';
import { createProgram } from '../../cli/program.ts';
import { readStartOptions } from '../../infra/local/options.ts';
import { commandsIn } from './command-words.ts';
import { documents, fencedBlocks, proseOf, readDocument } from './fenced-blocks.ts';

const project = path.resolve(import.meta.dirname, '../..');
const { scripts } = JSON.parse(readFileSync(path.join(project, 'package.json'), 'utf8')) as {
  readonly scripts: Readonly<Record<string, string>>;
};

interface Named {
  readonly place: string;
  readonly words: readonly string[];
}

/** Alert rules tell people what to type, too. */
const read = [...documents(), readDocument('docs/examples/alerts/slipway-alerts.yml')];

/** In blocks for a shell, and in running text between backticks. A word in angle brackets stands for any. */
const named: readonly Named[] = read.flatMap((document) => [
  ...fencedBlocks(document)
    .filter(({ info }) => /^sh\b/.test(info))
    .flatMap(({ place, text }) => commandsIn(text).map((words) => ({ place, words }))),
  ...[...proseOf(document).matchAll(/`((?:npx )?(?:slipway|npm (?:start|run|test)) ?[^`]*)`/g)].flatMap(([, text]) =>
    commandsIn(text!).map((words) => ({ place: document.file, words })),
  ),
]);

const unprefixed = ({ place, words }: Named): Named => ({ place, words: words[0] === 'npx' ? words.slice(1) : words });
const startingWith = (...start: readonly string[]): readonly (readonly [string, readonly string[]])[] => [
  ...new Map(
    named
      .map(unprefixed)
      .filter(({ words }) => start.every((word, index) => words[index] === word))
      .map(({ place, words }) => [`${words.join(' ')} (${place})`, words.slice(start.length)] as const),
  ),
];

/** Parses and does nothing. */
const onlyParse: CarryOut = Object.assign(() => Promise.resolve(), { here: () => Promise.resolve() });

describe('the documentation names a command that exists', () => {
  // Forms of a command, such as `slipway <verb> [<object>]`, are no commands; the reference of the command line is its own.
  const commands = startingWith('slipway').filter(([name]) => !/slipway [<[]|reference\/cli\.md/.test(name));

  // A verb by itself is spoken of, not given.
  test.each(commands.filter(([, words]) => words.length === 1))('%s', (_, words) => {
    const verbs = createProgram(onlyParse).commands.map((command) => command.name());
    expect(verbs).toEqual(expect.arrayContaining([...words]));
  });

  test.each(commands.filter(([, words]) => words.length > 1))('%s', async (_, words) => {
    const program = createProgram(onlyParse);
    await expect(program.parseAsync([...words], { from: 'user' })).resolves.toBe(program);
  });

  test('of the command line there are some', () => expect(commands.length).toBeGreaterThan(20));
});

describe('the documentation starts Slipway with options that exist', () => {
  const starts = startingWith('npm', 'start', '--').filter(([, words]) => !words.includes('--help'));
  test.each(starts)('npm start -- %s', (_, words) => {
    const exit = jest.spyOn(process, 'exit').mockImplementation((code) => {
      throw new Error(`ended with ${code}`);
    });
    try {
      const given = words.map((word) => (/^[A-Z]$/.test(word) ? '2' : word));
      expect(readStartOptions(given, project).dataDirectory).not.toBe('');
    } finally {
      exit.mockRestore();
    }
  });
});

test('every npm script that the documentation names exists', () => {
  const wanted = named.filter(({ words }) => words[0] === 'npm' && words[1] === 'run').map(({ words }) => words[2]!);
  expect(wanted.filter((name) => scripts[name] === undefined)).toEqual([]);
});

test('every file that the documentation gives to the launcher exists', () => {
  const entries = named.filter(({ words }) => words[1] === 'infra/local/launcher.mjs').map(({ words }) => words[2]!);
  expect(entries.filter((file) => !existsSync(path.join(project, file)))).toEqual([]);
});
