import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { contractFiles } from './contract-files.ts';

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
  [
    'an activity of the calendar wants a field that a deployment of the version before does not hand it',
    'activities/fleet/contract.d.ts',
    'readonly window: Weekly;',
    '',
    '"lookAtWindow"',
  ],
  [
    'the fleet reads in an earlier answer what was not in it',
    'activities/fleet/contract.d.ts',
    'readonly nextChangeAt: string | null;',
    '',
    '"takeFleetTurn"',
  ],
  [
    'the fleet wants a field that a deployment of the version before does not send',
    'activities/fleet/contract.d.ts',
    'readonly regions: readonly RegionName[];',
    '',
    '"askFleetSignal"',
  ],
  [
    'a deployment of the version before is told less by the fleet than it needs',
    'activities/fleet/contract.d.ts',
    'readonly isGranted: boolean;',
    'readonly isGranted: boolean; readonly until: string;',
    '"fleetAnswerSignal"',
  ],
  [
    'the fleet needs what its last history did not carry over',
    'workflows/messages/fleet.d.ts',
    'readonly told: readonly Told[];',
    '',
    "'told'",
  ],
  [
    'the undo of a region of the version before is told less than it needs',
    'workflows/messages/region.d.ts',
    'endRegionUndoSignal: import("@temporalio/workflow").SignalDefinition<[{',
    'endRegionUndoSignal: import("@temporalio/workflow").SignalDefinition<[{ readonly by: string;',
    '"endRegionUndoSignal"',
  ],
  [
    'a recovery wants a field that whoever starts it on the version before does not give it',
    'workflows/messages/recovery.d.ts',
    'readonly deployment: DeploymentNumber;',
    '',
    "'deployment'",
  ],
  [
    'a schedule was made with less than its workflow needs',
    'workflows/messages/region.d.ts',
    'interface ReconcileInput {\n    readonly region: RegionName;',
    'interface ReconcileInput {',
    "'region'",
  ],
])('found: %s', async (_found, file, today, earlier, name) => {
  expect(await compiled(file, today, earlier)).toContain(name);
});

/** Of these both ends are always of the same version: a deployment and what runs in its regions. */
const ofOneVersion = ['RegionRolloutInput', 'RegionUndoInput'];

test('every contract of activities, and every input and message of workflows, is compared', async () => {
  const text = await readFile(path.join(project, 'test/contract/kept.ts'), 'utf8');
  const contracts = await contractFiles();
  expect(contracts.length).toBeGreaterThan(10);
  const notNamed = contracts
    .flatMap((file) => [`'../../${file}'`, `'./earlier/${file}'`])
    .filter((it) => !text.includes(it));
  expect(notNamed).toEqual([]);
  const inputs = await Promise.all(
    contracts
      .filter((file) => file.startsWith('workflows/'))
      .map(async (file) =>
        (await readFile(path.join(project, file), 'utf8')).matchAll(/export interface (\w+Input) /g),
      ),
  );
  const names = inputs.flatMap((found) => [...found].map(([, name]) => name!));
  expect(names).toContain('DeploymentInput');
  expect(names.filter((name) => !text.includes(`Messages.${name}`))).toEqual(ofOneVersion);
});
