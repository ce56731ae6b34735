import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';

const project = path.resolve(import.meta.dirname, '../..');
let root: string;

beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'slipway-contract-'));
  for (const part of ['activities', 'domain', 'protocol', 'workflows', 'node_modules', 'package.json']) {
    await symlink(path.join(project, part), path.join(root, part));
  }
  await mkdir(path.join(root, 'test'));
  const config = { extends: path.join(project, 'tsconfig.json'), files: ['test/contract/kept.ts'], include: [] };
  await writeFile(path.join(root, 'tsconfig.json'), JSON.stringify(config));
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** What the compiler says of today's code beside a version before it that read so; nothing when all is understood. */
async function compiled(file: string, today: string, earlier: string): Promise<string> {
  await rm(path.join(root, 'test/contract'), { recursive: true, force: true });
  await cp(path.join(project, 'test/contract'), path.join(root, 'test/contract'), { recursive: true });
  const declaration = path.join(root, 'test/contract/earlier', file);
  const text = await readFile(declaration, 'utf8');
  expect(text).toContain(today);
  await writeFile(declaration, text.replace(today, earlier));
  const compiler = path.join(project, 'node_modules/typescript/bin/tsc');
  return new Promise((resolve) => {
    // Exits with 2 when it found something.
    execFile(process.execPath, [compiler, '-p', root], (_error, stdout) => resolve(stdout));
  });
}

test('what the version before hands to activities and says in messages is understood', async () => {
  expect(await compiled('activities/lane/contract.d.ts', 'readonly key: string;', 'readonly key: string;')).toBe('');
});

test('a field that may be absent can be added', async () => {
  expect(await compiled('activities/lane/contract.d.ts', 'readonly hotfix?: boolean;', '')).toBe('');
});

test.each([
  [
    'an activity wants a field that the version before does not hand it',
    'activities/lane/contract.d.ts',
    'readonly key: string;',
    '',
    '"openDeployment"',
  ],
  [
    'an activity is gone that the version before calls',
    'activities/lane/contract.d.ts',
    'export interface LaneActivities {',
    'export interface LaneActivities { closeLane(): Promise<void>;',
    '"closeLane"',
  ],
  [
    'an activity answers what the version before does not know',
    'activities/release/contract.d.ts',
    'readonly genuine: boolean;',
    'readonly genuine: boolean; readonly until: string;',
    '"verifyApproval"',
  ],
  [
    'a lane reads in an earlier answer what was not in it',
    'activities/lane/contract.d.ts',
    'readonly open: readonly OpenDeployment[];',
    '',
    '"loadLane"',
  ],
  [
    'a lane wants a field that the version before does not send',
    'workflows/messages/lane.d.ts',
    'readonly queueWhenLocked: boolean;',
    '',
    '"submitUpdate"',
  ],
  [
    'a deployment of the version before is sent less than it needs',
    'workflows/messages/deployment.d.ts',
    'readonly hold: boolean;',
    'readonly hold: boolean; readonly until: string;',
    '"abortUpdate"',
  ],
])('found: %s', async (_found, file, today, earlier, name) => {
  expect(await compiled(file, today, earlier)).toContain(name);
});
