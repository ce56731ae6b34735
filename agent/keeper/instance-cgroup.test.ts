import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { HostCannotError } from './host-cannot.ts';
import { openInstanceCgroup } from './instance-cgroup.ts';

/** Stands for a cgroup: what is written into its files can be read. That the kernel obeys them: kernel-limits.test.ts. */
let delegated: string;
const name = ['mark', 'checkout'] as const;

beforeEach(() => {
  delegated = mkdtempSync(path.join(tmpdir(), 'slipway-cgroup-'));
});
afterEach(() => rmSync(delegated, { recursive: true }));

const written = (file: string): string => readFileSync(path.join(delegated, 'slipway-mark', 'checkout', file), 'utf8');

describe("an instance's group", () => {
  it('is limited as the release says, by controllers that are on all the way down', async () => {
    const limits = { memoryBytes: 1_000_000, cpus: 1.5, processes: 20 };
    expect(await openInstanceCgroup(delegated, name, limits)).toBe(path.join(delegated, 'slipway-mark', 'checkout'));
    expect(written('memory.max')).toBe('1000000');
    expect(written('cpu.max')).toBe('150000 100000');
    expect(written('pids.max')).toBe('20');
    for (const above of ['', 'slipway-mark'])
      expect(readFileSync(path.join(delegated, above, 'cgroup.subtree_control'), 'utf8')).toMatch(
        /^\+(memory|cpu|pids)$/,
      );
  });

  it('is freed of what an earlier release was limited to', async () => {
    await openInstanceCgroup(delegated, name, { memoryBytes: 1_000_000, cpus: 1 });
    await openInstanceCgroup(delegated, name);
    expect([written('memory.max'), written('cpu.max')]).toEqual(['max', 'max 100000']);
  });

  it('is not needed where nothing is limited, and a limit is never ignored where there is none', async () => {
    expect(await openInstanceCgroup(null, name)).toBeNull();
    expect(await openInstanceCgroup(null, name, { files: 64 })).toBeNull();
    await expect(openInstanceCgroup(null, name, { memoryBytes: 1, processes: 2 })).rejects.toThrow(
      new HostCannotError(
        'run.limits.memory, run.limits.processes needs a cgroup v2 left to the agent (SLIPWAY_CGROUP), and there is none',
      ),
    );
  });

  it('that the kernel refuses is said', async () => {
    mkdirSync(path.join(delegated, 'slipway-mark'));
    writeFileSync(path.join(delegated, 'slipway-mark', 'checkout'), 'no folder');
    await expect(openInstanceCgroup(delegated, name, { cpus: 2 })).rejects.toThrow("run.limits.cpus can't be held in");
    expect(await openInstanceCgroup(delegated, name)).toBeNull();
  });
});
