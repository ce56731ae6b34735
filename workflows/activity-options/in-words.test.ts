import { expect, test } from '@jest/globals';
import type { ActivityInterfaceFor } from '@temporalio/workflow';
import { inWords } from './in-words.ts';

interface Greetings {
  greet(input: { readonly name?: string }): Promise<string>;
}

/** Answers with the summary that it was called with. */
const greet = Object.assign(async () => 'no summary', {
  executeWithOptions: async ({ summary }: { readonly summary?: string }) => summary,
});
const greetings = inWords<Greetings>({ greet } as unknown as ActivityInterfaceFor<Greetings>, {
  greet: ({ name }) => `greets ${name!.toUpperCase()}`,
});

test('a call says what it does', async () => {
  expect(await greetings.greet({ name: 'ada' })).toBe('greets ADA');
});

test('a call whose input can not be told is made all the same', async () => {
  expect(await greetings.greet({})).toBe('no summary');
});
