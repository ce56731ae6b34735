import { PassThrough } from 'node:stream';
import { beforeEach, expect, test } from '@jest/globals';
import type { Surroundings } from './surroundings.ts';
import { openTerminal, type Terminal } from './terminal.ts';

let typed: PassThrough;
let terminal: Terminal;
beforeEach(() => {
  typed = new PassThrough();
  terminal = openTerminal({
    stdin: Object.assign(typed, { isTTY: true }),
    stderr: Object.assign(new PassThrough(), { isTTY: true }),
    environment: { TERM: 'xterm' },
    interrupted: new AbortController().signal,
  } as unknown as Surroundings)!;
});

test('what was typed before there was a question is not its answer', async () => {
  const plan = Promise.withResolvers<string>();
  const waiting = terminal.deafTo(() => plan.promise);
  typed.write('yes\n');
  await new Promise(setImmediate);
  plan.resolve('the plan');
  expect(await waiting).toBe('the plan');
  const answer = terminal.ask('Type yes, or Enter for "Not now": ');
  typed.write('no\n');
  expect(await answer).toBe('no');
});

test('Ctrl-D before there was a question is no answer either', async () => {
  await terminal.deafTo(async () => {
    typed.end();
    await new Promise((resolve) => typed.once('end', resolve));
  });
  expect(await terminal.ask('Type yes, or Enter for "Not now": ')).toBeNull();
});
