import { expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { CommandEnd } from './health/run-command.ts';
import { resultOf } from './health/ask-instance.ts';
import { hostFaults } from './host-faults.ts';
import { judge } from './own/prove-release.ts';

const notRun = (code: string): CommandEnd => ({ how: 'not-run', code });
const saying = (said: string): CommandEnd => ({ how: 'ended', code: 1, signal: null, said, lastLine: said });

it.each(hostFaults)('%s is no fault of a release: not of its health command, nor of an agent that is tried', (code) => {
  expect(resultOf('check', notRun(code), 1).outcome).toBe('unknown');
  expect(judge(saying(`Error: ${code}: made by a test`)).fit).toBe('unknown');
});

it.each(['ENOENT', 'EACCES', 'ENOEXEC'])('%s is: it is about what was to be run', (code) => {
  expect(resultOf('check', notRun(code), 1).outcome).toBe('failure');
  expect(judge(saying(`Error: ${code}: made by a test`)).fit).toBe(false);
});

it('a keeper, which imports nothing, knows the same', () => {
  const keeper = readFileSync(path.join(import.meta.dirname, 'keeper/keeper.mjs'), 'utf8');
  const known = /const hostFaults = new Set\(\[([^\]]*)\]\)/.exec(keeper)?.[1]?.match(/E[A-Z]+/g);
  expect(known).toEqual(hostFaults);
});
