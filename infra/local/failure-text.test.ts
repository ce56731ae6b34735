import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { AdvisedError } from './advised-error.ts';
import { ServerStartError } from './child-server.ts';
import { failureText as textOf, type FailureParts } from './failure-text.ts';
import { keepFailure } from './keep-failure.ts';
import { AlreadyRunningError } from './process-register.ts';
import { ProgramStartError } from './program-start-error.ts';
import { ToolMissingError } from './tools/find-tool.ts';

const failureText = (error: unknown, parts: Partial<FailureParts> = {}): string[] =>
  textOf(error, '/d', { portOwner: () => null, keep: () => '/d/logs/start.log', ...parts });
const tryAgain = 'Try npm start again. If it stays so: npm start -- --reset begins anew and deletes /d.';

const program = (lastLines: string) =>
  new ProgramStartError({ name: 'api', logFile: '/d/logs/api.log' }, 'ended with code 1', lastLines);

test('a program that does not start is named, with the end of its log, where that is, and what to do', () => {
  expect(failureText(program('one\n{"level":"fatal","msg":"ended","err":{"message":"no\\u0007key"}}'))).toEqual([
    'api did not start: ended with code 1',
    '  | one',
    '  | fatal ended no key',
    'Its log: /d/logs/api.log',
    tryAgain,
  ]);
});

test.each([
  [
    'what speaks of a fault, and the last line',
    '{"level":"info","msg":"begins"}\n{"level":"warn","msg":"waits","error":{"message":"no key"}}\n{"level":"info","msg":"asks"}\n{"level":"info","msg":"ends"}',
    ['warn waits no key', 'info ends'],
  ],
  [
    'again and again the same',
    `{"level":"info","msg":"begins"}\n${'{"level":"info","msg":"Worker state changed"}\n'.repeat(8).trim()}`,
    ['info begins', 'info Worker state changed (8 times)'],
  ],
  ['nothing', '', ['nothing was logged in this start']],
])('of its log stands there what is of use: %s', (_, lastLines, shown) => {
  const lines = failureText(program(lastLines)).filter((text) => text.startsWith('  | '));
  expect(lines).toEqual(shown.map((text) => `  | ${text}`));
});

test.each([
  [program('could not write: No space left on device'), /disk that holds \/d is full/],
  [
    Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' }),
    /disk that holds \/d is full/,
  ],
  [program('listen EADDRINUSE: address already in use'), /npm start again chooses another/],
  [Object.assign(new Error('spawn git ENOENT'), { code: 'ENOENT', syscall: 'spawn git', path: 'git' }), /needs git/],
  [
    Object.assign(new Error("EACCES: permission denied, mkdir '/x'"), { code: 'EACCES', path: '/x' }),
    /\/x can't be written/,
  ],
  [new AlreadyRunningError('Slipway already runs with this data directory (pid 7)'), /--reset$/],
  [new ToolMissingError('the Temporal CLI is missing: give pip access'), /give pip access$/],
  [new AdvisedError('/d/run/processes.json is no JSON; delete it'), /delete it$/],
  [new ServerStartError('Postgres did not start: ended with code 1\nFATAL: odd'), /^Try npm start again/],
])('%s ends in what to do', (error, expected) => {
  expect(failureText(error).at(-1)).toMatch(expected);
});

test.each([
  [
    'Postgres',
    'LOG:  could not bind IPv4 address "127.0.0.1": Address already in use\nHINT:  Is another postmaster already running on port 5499? If not, wait',
    5499,
  ],
  ['Temporal', 'unable to start: listen tcp 127.0.0.1:7233: bind: address already in use', 7233],
  ['Node', '{"err":{"message":"listen EADDRINUSE: address already in use 127.0.0.1:8080"}}', 8080],
  ['Node, with another port before', 'connect ECONNREFUSED 127.0.0.1:5432\nlisten EADDRINUSE: 127.0.0.1:8080', 8080],
])('a port that another program took is named with that program: %s', (_, lastLines, port) => {
  const portOwner = (asked: number): string | null => (asked === port ? 'nc -l (pid 7)' : null);
  const expected = `Port ${port} was taken in this moment by nc -l (pid 7): npm start again chooses another one.`;
  expect(failureText(program(lastLines), { portOwner }).at(-1)).toBe(expected);
  expect(failureText(program(lastLines)).at(-1)).toContain('by another program: npm start again');
});

test('what nobody foresaw is one line and what it printed; where it happened lies in a file', () => {
  const kept: string[] = [];
  const printed = Array.from({ length: 20 }, (_, index) => `\u001b[31mline ${index}\u001b[39m`).join('\n\n');
  const error = new Error(`Command failed: node vite-build.ts\n${printed}`);
  const lines = failureText(error, { keep: (text) => (kept.push(text), '/d/logs/start.log') });
  expect(lines.slice(0, 2)).toEqual(['Command failed: node vite-build.ts', '  | line 8']);
  expect(lines.slice(-3)).toEqual(['  | line 19', 'Where it happened: /d/logs/start.log', tryAgain]);
  expect(kept.join()).toContain('failure-text.test.ts');
});

test('where it happened is printed when it can be written nowhere, after what it is', () => {
  const lines = failureText(new Error('odd'), { keep: () => null });
  expect(lines[0]).toBe('odd');
  expect(lines.slice(1, -1).join()).toContain('failure-text.test.ts');
  expect(lines.at(-1)).toBe(tryAgain);
  expect(failureText('thrown as a text')[0]).toBe('thrown as a text');
});

test('what is kept is added to a file beside the logs; without a place there is none', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'slipway-failure-'));
  try {
    const file = path.join(folder, 'logs/start.log');
    expect([keepFailure('one', folder), keepFailure('two', folder)]).toEqual([file, file]);
    expect(readFileSync(file, 'utf8')).toMatch(/^\S+Z one\n\S+Z two\n$/);
    expect(keepFailure('three', file)).toBeNull();
  } finally {
    rmSync(folder, { recursive: true });
  }
});
