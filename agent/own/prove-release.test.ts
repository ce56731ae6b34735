import { expect, test } from '@jest/globals';
import type { CommandEnd } from '../health/run-command.ts';
import { judge, type Proof } from './prove-release.ts';

const ended = (code: number | null, said = '', signal: string | null = null): CommandEnd => ({
  how: 'ended',
  code,
  signal,
  said,
  lastLine: said.split('\n').at(-1)!,
});

test.each<[string, Proof['fit'], CommandEnd]>([
  ['passed is fit', true, ended(0)],
  ['can not read something is not', false, ended(1, 'host.json: it holds no identity of a host')],
  ['is no program is not', false, ended(1, 'SyntaxError: Unexpected token\n\nNode.js v24.9.0')],
  ['says that it could not find out is unknown', 'unknown', ended(75, 'its keeper does not answer within 10 s')],
  [
    'had no descriptors to start with is unknown',
    'unknown',
    ended(1, 'Error: EMFILE: too many open files\n\nNode.js v24.9.0'),
  ],
  ['had no process to start is unknown', 'unknown', ended(1, 'spawn node EAGAIN')],
  ['had no space is unknown', 'unknown', ended(1, 'ENOSPC: no space left on device, mkdtemp')],
  ['was killed for want of memory is unknown', 'unknown', ended(null, '', 'SIGKILL')],
  ['is late is unknown: a starved machine is', 'unknown', { how: 'late' }],
  ['could not be begun is unknown: Node is what is begun', 'unknown', { how: 'not-run', code: 'EAGAIN' }],
])('a file whose self-test %s', (_which, fit, end) => {
  expect(judge(end).fit).toBe(fit);
});

test('the reason names the error, also where nobody caught it', () => {
  const end = ended(1, 'file:///slipway-agent:1\n\nSyntaxError: Unexpected token\n    at load\n\nNode.js v24.9.0');
  expect(judge(end)).toEqual({ fit: false, reason: 'its self-test failed: SyntaxError: Unexpected token' });
});
