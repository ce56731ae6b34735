import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Worker } from '@temporalio/worker';
import { patienceMs } from '../../test/patience.ts';
import { connectTestTemporal, type TestTemporal } from '../../test/temporal.ts';
import { untilReady } from '../local/child-server.ts';
import { beforeTheLast, findTooOld, pinnedName, tooOldText, type KnownVersion } from './before-the-last.ts';
import { makeCurrent } from './make-current.ts';
import { versionedWorker } from './worker-version.ts';

const version = (buildId: string, wasCurrentAtMs: number | null, isCurrent = false): KnownVersion => ({
  buildId,
  wasCurrentAtMs,
  isCurrent,
});

describe('versions from before the last one', () => {
  test.each<[string, readonly KnownVersion[], string, readonly string[]]>([
    ['none of none', [], 'new', []],
    ['none of the first', [version('new', 9, true)], 'new', []],
    ['not the one before, once the new one is current', [version('a', 1), version('new', 9, true)], 'new', []],
    ['not the one before, while that is still current', [version('a', 1, true)], 'new', []],
    ['all others', [version('a', 1), version('c', 3), version('b', 2), version('new', 9, true)], 'new', ['b', 'a']],
    [
      'all but what is current, while the new one waits for its turn',
      [version('a', 1, true), version('b', 2), version('new', null)],
      'new',
      ['b'],
    ],
    ['none that never was current', [version('tried', null), version('a', 1), version('new', 9, true)], 'new', []],
    ['none, asked by one that others came after', [version('a', 1), version('b', 2), version('c', 3, true)], 'a', []],
    [
      'those but the newer one, after it went back',
      [version('a', 5, true), version('b', 4), version('z', 1)],
      'a',
      ['z'],
    ],
  ])('%s', (_what, versions, own, expected) => {
    expect(beforeTheLast(versions, own)).toEqual(expected);
  });
});

test.each([
  ['deployment:checkout:87', 'checkout/87'],
  ['deployment:checkout:87:eu-west', 'checkout/87'],
  ['deployment:checkout:87:eu-west:undo', 'the undo of checkout/87 in eu-west'],
  ['recovery:checkout:87', 'the recovery of checkout/87'],
  ['something-else', 'something-else'],
])('%s is %s to people', (workflowId, name) => {
  expect(pinnedName(workflowId)).toBe(name);
});

describe('on a server', () => {
  let temporal: TestTemporal;
  beforeAll(async () => void (temporal = await connectTestTemporal()));
  afterAll(() => temporal.close());

  const workflowsPath = path.resolve(import.meta.dirname, '../../test/workflow-fixtures/sleeper.ts');
  async function onVersion(buildId: string, during: () => Promise<void>): Promise<void> {
    const worker = await Worker.create({
      connection: temporal.nativeConnection,
      namespace: temporal.namespace,
      taskQueue: 'control',
      workflowsPath,
      ...versionedWorker(buildId),
    });
    await worker.runUntil(async () => {
      await makeCurrent(temporal.client, buildId, patienceMs);
      await during();
    });
  }
  const begin = (workflowId: string) =>
    temporal.client.workflow.start('sleeper', { workflowId, taskQueue: 'control', args: [3_600_000] });
  const isPinned = (workflowId: string, buildId: string): Promise<void> =>
    untilReady(
      async () => {
        const { raw } = await temporal.client.workflow.getHandle(workflowId).describe();
        expect(raw.workflowExecutionInfo?.versioningInfo?.deploymentVersion?.buildId).toBe(buildId);
      },
      { timeoutMs: patienceMs },
    );

  test('what is pinned to a version from before the last one is named after the second upgrade, and not after the first', async () => {
    expect(await findTooOld(temporal.client, 'one')).toEqual([]);
    await onVersion('one', async () => {
      await Promise.all(['deployment:checkout:7', 'deployment:checkout:7:eu-west'].map(begin));
      await isPinned('deployment:checkout:7', 'one');
      await isPinned('deployment:checkout:7:eu-west', 'one');
    });
    await onVersion('two', async () => {
      await begin('deployment:other:1');
      await isPinned('deployment:other:1', 'two');
      expect(await findTooOld(temporal.client, 'two')).toEqual([]);
    });
    // Asked before it is made current, when there is still time to let the deployment end, and after it was.
    const tooOld = [{ buildId: 'one', count: 2, names: ['checkout/7'] }];
    await untilReady(async () => expect(await findTooOld(temporal.client, 'three')).toEqual(tooOld), {
      timeoutMs: patienceMs,
    });
    await onVersion('three', async () => expect(await findTooOld(temporal.client, 'three')).toEqual(tooOld));
    expect(await findTooOld(temporal.client, 'two')).toEqual([]);
    expect(tooOldText(tooOld[0]!)).toMatch(/^checkout\/7 \(2 workflows\): begun on version one, /);
    await temporal.client.workflow.getHandle('deployment:checkout:7').terminate();
    await temporal.client.workflow.getHandle('deployment:checkout:7:eu-west').terminate();
    await untilReady(async () => expect(await findTooOld(temporal.client, 'three')).toEqual([]), {
      timeoutMs: patienceMs,
    });
  });
});
