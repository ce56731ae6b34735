import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openAgentDirectory, type AgentDirectory } from '../agent-directory.ts';
import { findMarked, readProcess } from '../process-identity.ts';
import { proveKeeper } from './prove-keeper.ts';

let directory: AgentDirectory;
const isChild = ({ pid }: { readonly pid: number }): boolean => readProcess(pid)?.parent === process.pid;

beforeEach(() => {
  directory = openAgentDirectory(mkdtempSync(path.join(tmpdir(), 'slipway-prove-')));
});
afterEach(() => rmSync(directory.root, { recursive: true }));

test('a keeper of this code starts an instance, and leaves neither folder nor process', async () => {
  const before = readdirSync(directory.root);
  mkdirSync(path.join(directory.root, 'self-test-of-a-killed-one'));
  await proveKeeper(directory);
  expect(readdirSync(directory.root)).toEqual(before);
  expect(findMarked('SLIPWAY_KEEPER', '').filter(isChild)).toEqual([]);
});
