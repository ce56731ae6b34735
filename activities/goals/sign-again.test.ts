import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { generateKeyPairSync } from 'node:crypto';
import type { Digest, Generation } from '../../domain/names.ts';
import type { GoalRow } from '../../domain/goal/goal.ts';
import { listenForNotifications } from '../../infra/postgres/notifications.ts';
import { createGoalSignatures } from '../../infra/postgres/region/goal-signatures.ts';
import { goalChannel } from '../../infra/postgres/region/goal-store.ts';
import { GoalIndexRecord, GoalRecord } from '../../infra/postgres/region/entities/goals.ts';
import { canonicalJson } from '../../protocol/canonical-json.ts';
import { digestOf } from '../../protocol/digest.ts';
import { keyId, verifyDocument } from '../../protocol/dsse.ts';
import type { Envelope } from '../../protocol/dsse.ts';
import { goalTree, isProven, verifyGoalIndex } from '../../protocol/goal-index.ts';
import { goalSchema, goalType } from '../../protocol/goal.ts';
import {
  absentAfterMs,
  admissionOf,
  attempt,
  createGoalRegion,
  director,
  placement,
  region,
  service,
} from '../../test/goal-region.ts';
import type { GoalRegion } from '../../test/goal-region.ts';
import { signAgain } from './sign-again.ts';
import type { GoalSignatures } from './sign-again.ts';
import { directorOf, signGoal } from './sign-goal.ts';

let here: GoalRegion;
let signatures: GoalSignatures;
beforeAll(async () => {
  here = await createGoalRegion();
  signatures = createGoalSignatures(here.database);
});
afterAll(() => here.close());
beforeEach(async () => {
  await execute('truncate goal, goal_index, host, host_service, snapshot, batch, region_setting');
  await here.enroll('a');
  const next = placement('one');
  await here.activities.beginRegion({
    ...step,
    next,
    admission: admissionOf(next),
    absentAfterMs,
    centreGeneration: 0,
    outcomes: [],
  });
});

const step = { service, region, attempt: attempt(1) };
const execute = (statement: string) => here.database.em.fork().execute(statement);
const stored = () => here.database.em.fork().findOneOrFail(GoalRecord, service);
const storedIndex = () => here.database.em.fork().findOneOrFail(GoalIndexRecord, region);
const rootVersion = 1;
const renew = (with_ = signatures) => signAgain(with_, here.parts.director, region, rootVersion);
const signedBefore = (age: string) => execute(`update goal set signed_at = signed_at - interval '${age}'`);
function goalIn(envelope: Envelope, key = director.publicKey) {
  const verified = verifyDocument(envelope, goalType, [key]);
  return goalSchema.parse(verified.ok && verified.payload);
}

test('a goal that was signed an hour ago is signed again for a day, and only its dates change', async () => {
  const before = await stored();
  await signedBefore('1 hour');
  expect(await renew()).toEqual([service]);
  const { envelope, etag, signedAt, ...row } = await stored();
  expect(row).toEqual((({ envelope: _envelope, etag: _etag, signedAt: _at, ...rest }) => rest)({ ...before }));
  const { issuedAt, expiresAt, ...content } = goalIn(envelope);
  const { issuedAt: firstIssuedAt, expiresAt: _expired, ...sameContent } = goalIn(before.envelope);
  expect(content).toEqual(sameContent);
  expect(Date.parse(issuedAt)).toBeGreaterThan(Date.parse(firstIssuedAt));
  expect(Date.parse(expiresAt) - Date.parse(issuedAt)).toBe(24 * 3_600_000);
  expect(etag).toBe(digestOf(canonicalJson(envelope)));
  expect(etag).not.toBe(before.etag);
  expect(signedAt.getTime()).toBeGreaterThanOrEqual(before.signedAt.getTime());
});

test('a younger signature stays', async () => {
  await signedBefore('59 minutes');
  const before = await stored();
  expect(await renew()).toEqual([]);
  expect(await stored()).toEqual(before);
});

test('a director with a new key signs all of them again, whatever their age', async () => {
  const key = generateKeyPairSync('ed25519').privateKey;
  const byIt = () => signAgain(signatures, directorOf(key), region, rootVersion + 1);
  expect(await byIt()).toEqual([service]);
  const { envelope } = await stored();
  expect(verifyDocument(envelope, goalType, [key])).toMatchObject({ ok: true });
  const index = await storedIndex();
  expect(verifyGoalIndex(index.envelope!, region, key)).toMatchObject({ ok: true });
  expect(await byIt()).toEqual([]);
  expect(await storedIndex()).toEqual(index);
});

describe('of two workers, one with the key that a newer root document names', () => {
  const next = generateKeyPairSync('ed25519').privateKey;
  const byFormer = () => renew();
  const byNext = (version = rootVersion + 1) => signAgain(signatures, directorOf(next), region, version);
  const signers = async () => [(await stored()).envelope, (await storedIndex()).envelope!].map(signer);
  const signer = ({ signatures: [first] }: Envelope) => first!.keyid;
  const former = keyId(director.publicKey);
  const isSilent = () =>
    execute(`update region_setting set value = value || jsonb_build_object('at', now() - interval '121 seconds')`);

  test('it signs all goals once, and the other leaves them', async () => {
    expect(await byFormer()).toEqual([]);
    expect(await byNext()).toEqual([service]);
    const signed = [await stored(), await storedIndex()];
    expect(await byFormer()).toBe(null);
    expect(await byNext()).toEqual([]);
    expect([await stored(), await storedIndex()]).toEqual(signed);
  });

  test('it signs again what the other has written since, and only it', async () => {
    await byNext();
    await here.activities.undoRegion({ ...step, centreGeneration: 0, outcomes: [], controlRevision: 1 });
    expect(await signers()).toEqual([former, former]);
    expect([await byFormer(), await byNext(), await byFormer()]).toEqual([null, [service], null]);
    expect(await signers()).toEqual([keyId(next), keyId(next)]);
    expect(goalIn((await stored()).envelope, next)).toMatchObject({ mode: 'undo' });
  });

  test('all go on that have its key, also with a root document of before or after', async () => {
    await byNext(rootVersion + 2);
    await signedBefore('1 hour');
    expect(await byNext(rootVersion + 1)).toEqual([service]);
    expect(await signAgain(signatures, here.parts.director, region, rootVersion + 1)).toBe(null);
  });

  test('the other ends with the goal that it signs when it is taken up meanwhile', async () => {
    await signedBefore('1 hour');
    const before = await stored();
    const overtaken = {
      ...signatures,
      async listStale(...asked: Parameters<typeof signatures.listStale>) {
        const stale = await signatures.listStale(...asked);
        await signatures.takeUp({ keyId: keyId(next), rootVersion: rootVersion + 1 });
        return stale;
      },
    };
    expect(await renew(overtaken)).toBe(null);
    expect(await stored()).toEqual(before);
    expect(await byNext()).toEqual([service]);
  });

  test('when it was not heard for two minutes the other signs', async () => {
    await byNext();
    await isSilent();
    expect(await byFormer()).toEqual([service]);
    expect(await byNext()).toEqual([service]);
    expect(await byFormer()).toBe(null);
  });
});

describe('the goal index', () => {
  const isProvenBy = (
    { envelope }: { readonly envelope?: Envelope | null | undefined },
    etag: Digest,
    generation: Generation,
  ) => {
    const verified = verifyGoalIndex(envelope!, region, director.publicKey);
    if (!verified.ok) throw new Error(verified.reason);
    const goals = [{ service, etag, generation }];
    return isProven(verified.index, goals[0]!, goalTree(goals).proofOf(service)!);
  };

  test('proves each goal from the moment that it is written, and also when that is signed again', async () => {
    const first = await stored();
    const before = await storedIndex();
    expect(isProvenBy(before, first.etag, first.row.generation)).toBe(true);
    await signedBefore('1 hour');
    await renew();
    const [second, after] = [await stored(), await storedIndex()];
    expect(isProvenBy(after, second.etag, second.row.generation)).toBe(true);
    expect(isProvenBy(after, first.etag, first.row.generation)).toBe(false);
    expect(after.version).toBeGreaterThan(before.version);
  });

  test('is signed each minute, once by all workers together, and always with a higher version', async () => {
    const before = await storedIndex();
    await renew();
    expect(await storedIndex()).toEqual(before);
    await execute(`update goal_index set signed_at = signed_at - interval '40 seconds'`);
    await Promise.all([renew(), renew(), renew()]);
    const after = await storedIndex();
    expect(after.version - before.version).toBe(1);
  });

  test('is higher than any that a host has seen, and is not driven up by one that lies', async () => {
    const day = 24 * 3_600;
    const seconds = Math.floor(Date.now() / 1_000);
    const versionAfter = async (seen: number): Promise<number> => {
      await execute(`update host set index_version = ${seen}`);
      await execute(`update goal_index set signed_at = 'epoch'`);
      await renew();
      return (await storedIndex()).version;
    };
    expect(await versionAfter(seconds + 1_000)).toBe(seconds + 1_001);
    const after = await versionAfter(Number.MAX_SAFE_INTEGER);
    expect(after - seconds).toBeGreaterThan(day - 10);
    expect(after - seconds).toBeLessThan(day + 60);
  });
});

test('several workers sign a goal again once', async () => {
  await signedBefore('2 hours');
  const signed = await Promise.all(Array.from({ length: 4 }, () => renew()));
  expect(signed.flat()).toEqual([service]);
});

test('whoever serves goals hears of it', async () => {
  const listening = Promise.withResolvers<void>();
  const heard = Promise.withResolvers<string>();
  const listener = listenForNotifications({
    url: here.url,
    channels: [goalChannel],
    onConnected: listening.resolve,
    onNotification: ({ payload }) => heard.resolve(payload),
  });
  await listening.promise;
  await signedBefore('1 hour');
  await renew();
  expect(await heard.promise).toBe(service);
  await listener.close();
});

test('a step that was written after the goal was found too old is not overwritten', async () => {
  await signedBefore('1 hour');
  const stepBetween: GoalSignatures = {
    ...signatures,
    async listStale(ageMs, keyId) {
      const services = await signatures.listStale(ageMs, keyId);
      await here.activities.undoRegion({ ...step, centreGeneration: 0, outcomes: [], controlRevision: 1 });
      return services;
    },
  };
  expect(await renew(stepBetween)).toEqual([]);
  expect(goalIn((await stored()).envelope)).toMatchObject({ mode: 'undo' });
});

test('a signature waits for the step that holds the lock, and leaves what it wrote', async () => {
  await signedBefore('1 hour');
  const holding = Promise.withResolvers<void>();
  const go = Promise.withResolvers<void>();
  const written = here.parts.store.transact(service, async ({ stored: before, nowMs, storeGoal }) => {
    holding.resolve();
    await go.promise;
    const row: GoalRow = { ...before!.row, mode: 'hold' };
    const signed = signGoal(here.parts.director, row, before!.admissions, nowMs);
    await storeGoal({ ...before!, ...signed, row, traceparent: null });
  });
  await holding.promise;
  const renewed = renew();
  const isWaiting = async () =>
    (await execute(`select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`))
      .length > 0;
  while (!(await isWaiting()));
  go.resolve();
  await written;
  expect(await renewed).toEqual([]);
  expect(goalIn((await stored()).envelope)).toMatchObject({ mode: 'hold' });
});
