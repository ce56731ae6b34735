import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { HostState, ServiceState } from '../../domain/host/service-state.ts';
import { hostOn } from '../../domain/host/simulated-goals.ts';
import { digestOf } from '../../protocol/digest.ts';
import { openAgentDirectory } from '../agent-directory.ts';
import { until } from '../testing/test-agent.ts';
import { watchTrees } from './watch-trees.ts';

const { state, service } = hostOn();
const running = state.services.get(service)!;
let folder: string;
let ending: AbortController;
let watching: Promise<void>;
let looks = 0;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'slipway-watch-'));
  ending = new AbortController();
  looks = 0;
});
afterEach(async () => {
  ending.abort();
  await watching;
  rmSync(folder, { recursive: true });
});

/** A watch over one service, with something that was replaced. @returns where that lies */
function watch(of: Partial<ServiceState>): string {
  const directory = openAgentDirectory(folder);
  const replaced = `${directory.service(service).release(digestOf('release')).root}.replaced`;
  mkdirSync(path.join(replaced, 'tree'), { recursive: true });
  const now: HostState = { ...state, services: new Map([[service, { ...running, current: null, ...of }]]) };
  const loop = {
    get state() {
      looks += 1;
      return now;
    },
    dispatch: async () => undefined,
    onChange: () => () => undefined,
  };
  const say = (): void => undefined;
  const log = { debug: say, info: say, warn: say, error: say };
  watching = watchTrees({ loop, directory, log, signal: ending.signal, everyMs: 10 });
  return replaced;
}

test('what was replaced is removed when nothing runs from it: its instance was stopped for good', async () => {
  const replaced = watch({ instance: null, outdated: running.instance!.id });
  await until(
    () => !existsSync(replaced),
    () => 'it is still there',
  );
  expect(existsSync(path.dirname(replaced))).toBe(true);
});

test.each<[string, Partial<ServiceState>]>([
  ['its instance runs', { outdated: running.instance!.id }],
  ['its instance is just being exchanged', { instance: null, acting: true }],
])('what was replaced is left while %s', async (_why, of) => {
  const replaced = watch(of);
  await until(
    () => looks > 10,
    () => 'it is not looked at',
  );
  expect(existsSync(replaced)).toBe(true);
});
