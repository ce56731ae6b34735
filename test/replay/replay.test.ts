import { cp, mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import type { WorkflowBundleOption } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { bundleCode } from '../../workflows/bundle.ts';
import { bundleForRealTime } from '../workflow-world/bundles.ts';
import { notReached, reachable, reachedIn } from './reached.ts';

const root = path.resolve(import.meta.dirname, '../..');
const folder = path.join(import.meta.dirname, 'histories');
const names = (await readdir(folder)).map((file) => file.replace('.json', '')).toSorted();

let results: ReadonlyMap<string, Error | undefined>;
beforeAll(async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR'), shutdownSignals: [] });
  results = await replay(names, { codePath: await bundleForRealTime() });
});

const noSpans = { exporter: { export: { fn: () => undefined, callDuringReplay: false } } };

const read = (name: string): Promise<string> => readFile(path.join(folder, `${name}.json`), 'utf8');

/** What went wrong in each history, all by one worker. */
async function replay(histories: readonly string[], workflowBundle: WorkflowBundleOption) {
  async function* all() {
    for (const name of histories) yield { workflowId: name, history: JSON.parse(await read(name)) as object };
  }
  const errors = new Map<string, Error | undefined>();
  const replayed = Worker.runReplayHistories({ workflowBundle, sinks: noSpans }, all());
  for await (const { workflowId, error } of replayed) errors.set(workflowId, error);
  return errors;
}

describe("today's workflows follow a history that was written before", () => {
  test.each(names)('%s', (name) => {
    expect(results.has(name)).toBe(true);
    expect(results.get(name)).toBeUndefined();
  });
});

test('every workflow has a history, and each of them came to its end', async () => {
  const histories = await Promise.all(names.map(read));
  const types = histories.map((text) => /"workflowType":\{"name":"(\w+)"\}/.exec(text)?.[1]);
  const all = Object.keys(await import('../../workflows/index.ts'));
  expect(new Set(types)).toEqual(new Set(all));
  const closed = /EVENT_TYPE_WORKFLOW_EXECUTION_(COMPLETED|CANCELED|CONTINUED_AS_NEW)/;
  expect(names.filter((_, index) => !closed.test(histories[index]!))).toEqual([]);
});

/**
 * The history of a region that continues is of thousands of events, all of a kind; the one that goes on from there is kept.
 * The patch still wants a shape of its own.
 */
const notKept = ['regionRollout continues'];

test('all that workflows record, ask for and hear stands in some history', async () => {
  const wanted = reachable();
  for (const [kind, atLeast] of [
    ['event', 60],
    ['activity', 40],
    ['signal', 15],
    ['update', 12],
  ] as const)
    expect(wanted.filter((name) => name.startsWith(`${kind} `)).length).toBeGreaterThan(atLeast);
  const reached = new Set((await Promise.all(names.map(read))).flatMap((text) => [...reachedIn(text)]));
  expect(notReached(wanted, reached)).toEqual(notKept);
  expect(notReached(['event a-milestone-without-a-history', 'event hooks-*-ended'], reached)).toHaveLength(2);
});

test('a step added to a workflow without a patch is found', async () => {
  const copy = await mkdtemp(path.join(tmpdir(), 'slipway-planted-'));
  try {
    for (const part of ['domain', 'workflows'])
      await cp(path.join(root, part), path.join(copy, part), { recursive: true });
    await mkdir(path.join(copy, 'activities'));
    await symlink(path.join(root, 'node_modules'), path.join(copy, 'node_modules'));
    const file = path.join(copy, 'workflows/deployment/stages.ts');
    const source = await readFile(file, 'utf8');
    const planted = source.replace('run.stage = stage.name;', 'await sleep(1000);\n  run.stage = stage.name;');
    expect(planted).not.toBe(source);
    await writeFile(file, `import { sleep } from '@temporalio/workflow';\n${planted}`);
    const code = await bundleCode(path.join(copy, 'workflows/index.ts'));
    const found = await replay(['good-with-everything', 'build-fails'], { code });
    expect(found.get('good-with-everything')).toBeInstanceOf(DeterminismViolationError);
    expect(found.get('build-fails')).toBeUndefined();
  } finally {
    await rm(copy, { recursive: true });
  }
});
