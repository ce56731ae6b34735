import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { indexSigner } from '../../../activities/goals/sign-index.ts';
import { beginRegion } from '../../../activities/goals/begin-region.ts';
import type { Generation } from '../../../domain/names.ts';
import {
  absentAfterMs,
  admissionOf,
  attempt,
  createGoalRegion,
  placement,
  region,
  service,
} from '../../../test/goal-region.ts';
import type { GoalRegion } from '../../../test/goal-region.ts';
import { openGenerationFile } from '../../stores/generation-file.ts';
import { createGoalSignatures } from './goal-signatures.ts';
import { createGoalStore } from './goal-store.ts';
import { readGuardedGoals } from './guarded-goals.ts';
import { createRestoreGuard, RestoredDatabaseError } from './restore-guard.ts';
import { createRestoredRegion } from './restored-region.ts';

let here: GoalRegion;
let folder: string;
beforeEach(async () => {
  here = await createGoalRegion();
  folder = await mkdtemp(path.join(tmpdir(), 'slipway-guard-'));
});
afterEach(async () => {
  await here.close();
  await rm(folder, { recursive: true });
});

const file = () => path.join(folder, 'last-generation');
const guarded = () => createRestoreGuard(openGenerationFile(folder));
const served = () => readGuardedGoals(here.database, guarded(), new Set());
async function begun(deployment: number): Promise<Generation> {
  const next = placement('one');
  const store = createGoalStore(here.database, guarded());
  const step = { service, region, attempt: attempt(deployment), outcomes: [], centreGeneration: 0 as const };
  const begin = { ...step, next, admission: admissionOf(next), absentAfterMs };
  const result = await beginRegion({ ...here.parts, store }, begin);
  if (result.outcome !== 'written') throw new Error(result.reason);
  return result.answer.generation;
}
const after = (generation: Generation) => writeFile(file(), `${generation + 1}\n`);

test('a region that never had a goal may begin, and its file then has the number of each', async () => {
  const generation = await begun(1);
  expect(await readFile(file(), 'utf8')).toBe(`${generation}\n`);
  expect(await begun(2)).toBeGreaterThan(generation);
  expect((await served()).goals).toHaveLength(1);
});

describe('while the file knows of a later goal than the database', () => {
  test('nothing is served', async () => {
    await after(await begun(1));
    expect(await served()).toEqual({ isClosed: true, index: null, goals: [] });
  });

  test('nothing is written, read for a watch, or signed again', async () => {
    await after(await begun(1));
    await expect(begun(2)).rejects.toThrow(RestoredDatabaseError);
    await expect(createGoalStore(here.database, guarded()).readGoal(service)).rejects.toThrow(RestoredDatabaseError);
    const signatures = createGoalSignatures(here.database, guarded());
    const signer = indexSigner(here.parts.director, region);
    await expect(signatures.renewIndex(0, 'k', signer)).rejects.toThrow(RestoredDatabaseError);
    await expect(signatures.replace(service, 0, 'k', () => ({}) as never, signer)).rejects.toThrow(
      RestoredDatabaseError,
    );
  });

  test('it opens with all of its goals, or stays shut', async () => {
    await after(await begun(1));
    const restored = createRestoredRegion(here.database, openGenerationFile(folder));
    const signer = indexSigner(here.parts.director, region);
    const failing = restored.compareAll([], () => Promise.reject(new Error('the centre is away')), signer);
    await expect(failing).rejects.toThrow('the centre is away');
    expect(await restored.isOpen()).toBe(false);
    await restored.compareAll([], () => Promise.resolve(null), signer);
    expect(await restored.isOpen()).toBe(true);
  });
});

test('without its file a database with goals may be an older one', async () => {
  await begun(1);
  await rm(file());
  expect((await served()).isClosed).toBe(true);
});

test('a file that holds no number stops everything, and says which one', async () => {
  await begun(1);
  await writeFile(file(), 'nonsense');
  await expect(served()).rejects.toThrow(`${file()} holds no generation`);
});

test('a lower number never takes the place of a higher one', async () => {
  const generations = openGenerationFile(folder);
  await Promise.all([5, 9, 7].map((generation) => generations.raise(generation as Generation)));
  expect(await generations.read()).toBe(9);
});
