import { expect, test } from '@jest/globals';
import { failureText } from './failure-text.ts';
import { AlreadyRunningError } from './process-register.ts';
import { ProgramStartError } from './supervised-process.ts';
import { ToolMissingError } from './tools/find-tool.ts';

const program = (lastLines: string) =>
  new ProgramStartError({ name: 'api', logFile: '/d/logs/api.log' }, 'ended with code 1', lastLines);

test('a program that does not start is named, with the end of its log, where that is, and what to do', () => {
  expect(failureText(program('one\n{"level":"fatal","msg":"ended","err":{"message":"no\\u001bkey"}}'), '/d')).toEqual([
    'api did not start: ended with code 1',
    '  | one',
    '  | fatal ended no key',
    'Its log: /d/logs/api.log',
    'Try npm start again. If it stays so: npm start -- --reset begins anew and deletes /d.',
  ]);
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
])('%s ends in what to do', (error, expected) => {
  expect(failureText(error, '/d').at(-1)).toMatch(expected);
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
  const owner = (asked: number): string | null => (asked === port ? 'nc -l (pid 7)' : null);
  const expected = `Port ${port} was taken in this moment by nc -l (pid 7): npm start again chooses another one.`;
  expect(failureText(program(lastLines), '/d', owner).at(-1)).toBe(expected);
  expect(failureText(program(lastLines), '/d', () => null).at(-1)).toContain('by another program: npm start again');
});

test('what nobody foresaw is told with where it happened', () => {
  expect(failureText(new Error('odd'), '/d').join()).toContain('failure-text.test.ts');
});
