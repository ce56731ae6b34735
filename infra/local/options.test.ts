import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { readStartOptions, startCommand } from './options.ts';

const helpFile = path.join(import.meta.dirname, 'main.help.txt');

/** What `--help` prints where a terminal has 80 columns. */
function helpText(): string {
  let text = '';
  startCommand()
    .configureOutput({ writeOut: (part) => void (text += part), getOutHelpWidth: () => 80 })
    .outputHelp();
  return text;
}

test('the help that the launcher prints is that of the options (else: node infra/local/main.ts --help > infra/local/main.help.txt)', () => {
  expect(readFileSync(helpFile, 'utf8')).toBe(helpText());
});

test('without options: five regions of two hosts, a demonstration, and the data in the checkout', () => {
  expect(readStartOptions([], '/p')).toEqual({
    regions: 5,
    hosts: 2,
    demo: 'first',
    once: false,
    json: null,
    dataDirectory: '/p/.slipway',
    reset: false,
  });
});

test.each([
  ['--demo', 'always'],
  ['--once', 'always'],
  ['--once --no-demo', 'never'],
])('%s: the demonstration %s', (given, demo) => {
  expect(readStartOptions(given.split(' '), '/p').demo).toBe(demo);
});

test('what is given is taken, a data directory from where one stands', () => {
  const given = '--regions 2 --hosts 1 --no-demo --once --data other --reset'.split(' ');
  expect(readStartOptions(given, '/p')).toEqual({
    regions: 2,
    hosts: 1,
    demo: 'never',
    once: true,
    json: null,
    dataDirectory: path.resolve('other'),
    reset: true,
  });
});
