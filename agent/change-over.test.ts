import { spawnSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { changeUnderLoad } from './testing/changes-under-load.ts';
import { handedPythonServer } from './testing/handed-server.ts';

/** Enough to see one lost in twenty thousand. */
const requests = 20_000;
const perSecond = 500;
const limitMs = 240_000;

describe('under constant load, through deployments, an undo, and an agent that is killed and replaced', () => {
  it(
    'a service that is handed its socket loses no request, and keeps its port',
    async () => {
      const result = await changeUnderLoad('socket', requests, perSecond);
      expect(result).toMatchObject({ failed: 0, failures: [] });
      expect(result.requests).toBeGreaterThanOrEqual(requests);
      expect(Object.keys(result.answers).toSorted()).toEqual(['checkout@1', 'checkout@2', 'checkout@3']);
      expect(result.ports).toHaveLength(1);
      expect(result.gapsMs).toHaveLength(3);
    },
    limitMs,
  );

  // The interpreter itself: what stands for it in a shell's path may need that shell's variables.
  const python = spawnSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).stdout?.trim();
  (python ? it : it.skip)(
    'a service in Python that is handed its socket loses none either',
    async () => {
      const program = { files: { 'server.py': handedPythonServer }, command: [python, 'server.py'] };
      const result = await changeUnderLoad('socket', 4_000, 200, program);
      expect(result).toMatchObject({ failed: 0, failures: [] });
      expect(Object.keys(result.answers).toSorted()).toEqual(['checkout@1', 'checkout@2', 'checkout@3']);
      expect(result.ports).toHaveLength(1);
    },
    limitMs,
  );

  it(
    'a service whose instances overlap loses none, and its old ports are drained',
    async () => {
      const result = await changeUnderLoad('overlap', requests, perSecond);
      expect(result).toMatchObject({ failed: 0, failures: [], gapsMs: [0, 0, 0] });
      expect(result.requests).toBeGreaterThanOrEqual(requests);
      expect(Object.keys(result.answers).toSorted()).toEqual(['checkout@1', 'checkout@2', 'checkout@3']);
      const served = result.drained.map(Number);
      expect(served).toHaveLength(3);
      expect(served.every((port) => result.ports.includes(port))).toBe(true);
      expect(new Set(result.ports).size).toBeGreaterThan(1);
    },
    limitMs,
  );

  it(
    'a service that stops first loses some, and its agent says how long nobody answered',
    async () => {
      const result = await changeUnderLoad('stop-first', 1_000, 100);
      expect(result.failed).toBeGreaterThan(0);
      expect(result.gapsMs).toHaveLength(3);
      expect(Math.min(...result.gapsMs)).toBeGreaterThan(0);
    },
    limitMs,
  );
});
