import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { identify } from '../process-identity.ts';
import { HostCannotError } from './host-cannot.ts';
import { openInstanceCgroup } from './instance-cgroup.ts';

/** Stands for a cgroup: what is written into its files can be read. That the kernel obeys them: kernel-limits.test.ts. */
let delegated: string;
const name = ['mark', 'checkout'] as const;

beforeEach(() => {
  delegated = mkdtempSync(path.join(tmpdir(), 'slipway-cgroup-'));
  writeFileSync(path.join(delegated, 'cgroup.procs'), '');
});
afterEach(() => rmSync(delegated, { recursive: true }));

const inGroup = (file: string): string => path.join(delegated, 'slipway-mark', 'checkout', file);
const written = (file: string): string => readFileSync(inGroup(file), 'utf8');
/** What is written to its beginning fails by EIO: nothing is there. */
const failing = '/proc/self/mem';
const none = { group: null, whyNone: null };

describe("an instance's group", () => {
  it('is limited as the release says, by controllers that are on all the way down', async () => {
    const limits = { memoryBytes: 1_000_000, cpus: 1.5, processes: 20 };
    expect(await openInstanceCgroup(delegated, name, limits)).toEqual({
      group: path.join(delegated, 'slipway-mark', 'checkout'),
      whyNone: null,
    });
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
    expect(await openInstanceCgroup(null, name)).toEqual(none);
    expect(await openInstanceCgroup(null, name, { files: 64 })).toEqual(none);
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
    expect(await openInstanceCgroup(delegated, name)).toMatchObject({ group: null, whyNone: expect.any(String) });
  });

  it('is tried by a process in one beside it, never in that of what runs; it has ended when an instance is given the group', async () => {
    expect((await openInstanceCgroup(delegated, name)).whyNone).toBeNull();
    expect(written('cgroup.procs')).toBe('');
    const tried = readFileSync(path.join(delegated, 'slipway-mark', `.trial-${process.pid}`, 'cgroup.procs'), 'utf8');
    expect(tried).toMatch(/^\d+$/);
    expect(identify(Number(tried))).toBeNull();
  });

  it('is done without for the moment, too, by what needs none', async () => {
    mkdirSync(inGroup(''), { recursive: true });
    symlinkSync(failing, inGroup('memory.max'));
    expect(await openInstanceCgroup(delegated, name)).toEqual({ group: null, whyNone: expect.stringContaining('EIO') });
    await expect(openInstanceCgroup(delegated, name, { memoryBytes: 1 })).rejects.toThrow(HostCannotError);
  });

  it('that can be given no controller for the moment is said as any other that can not', async () => {
    symlinkSync(failing, path.join(delegated, 'cgroup.subtree_control'));
    await expect(openInstanceCgroup(delegated, name, { cpus: 2 })).rejects.toThrow(
      `run.limits.cpus can't be held in ${delegated}: EIO`,
    );
    expect(await openInstanceCgroup(delegated, name)).toMatchObject({ whyNone: null });
  });

  it.each<[string, () => void, string]>([
    [
      'into which nobody can be moved',
      () => mkdirSync(inGroup('cgroup.procs'), { recursive: true }),
      'no process can be moved into a group below',
    ],
    ['whose folder is gone, as after a boot', () => rmSync(path.join(delegated, 'cgroup.procs')), 'or is gone'],
  ])('%s is done without where nothing is limited; a limit is never ignored', async (_what, spoil, why) => {
    spoil();
    const { group, whyNone } = await openInstanceCgroup(delegated, name, { files: 64 });
    expect({ group, whyNone }).toEqual({ group: null, whyNone: expect.stringContaining(why) });
    const limited = openInstanceCgroup(delegated, name, { processes: 5 });
    await expect(limited).rejects.toThrow(HostCannotError);
    await expect(limited).rejects.toThrow(`run.limits.processes can't be held in ${delegated}: ${whyNone}`);
  });

  it('is limited by nothing where the one above it has processes of its own, as an agent in it', async () => {
    writeFileSync(path.join(delegated, 'cgroup.type'), 'domain\n');
    writeFileSync(path.join(delegated, 'cgroup.procs'), '4711\n');
    await expect(openInstanceCgroup(delegated, name, { memoryBytes: 1_000 })).rejects.toThrow(
      `processes are in ${delegated} itself`,
    );
    expect(existsSync(path.join(delegated, 'cgroup.subtree_control'))).toBe(false);
    expect((await openInstanceCgroup(delegated, name)).whyNone).toBeNull();
  });
});
