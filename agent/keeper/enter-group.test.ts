import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { delegateGroup, removeGroup, whyNoGroups } from '../testing/kernel-groups.ts';
import { groupsToWrite } from './enter-group.ts';
import { HostCannotError } from './host-cannot.ts';
import { openInstanceCgroup } from './instance-cgroup.ts';

describe('the groups that are written to move a process', () => {
  const mount = '/sys/fs/cgroup';
  it.each([
    ['the root', '/', mount],
    ['a group beside it', '/system.slice/sshd.service', `${mount}/system.slice`],
    ['a name that begins as its own', '/system.slice/slip', `${mount}/system.slice`],
    ['another slice', '/user.slice/user-0.slice/session-1.scope', mount],
    ['the one that is above', '/system.slice', `${mount}/system.slice`],
  ])('from %s are it, and the one that holds both', (_from, from, holdsBoth) => {
    const to = `${mount}/system.slice/slipway-agent.service/slipway-x/checkout`;
    expect(groupsToWrite(mount, from, to)).toEqual([holdsBoth, to]);
  });
});

(whyNoGroups() === null ? describe : describe.skip)('a frozen group of the kernel', () => {
  let delegated: string;
  beforeEach(() => {
    delegated = delegateGroup();
  });
  afterEach(() => removeGroup(delegated));

  function freeze(name: string): string {
    const group = path.join(delegated, 'slipway-mark', name);
    mkdirSync(group, { recursive: true });
    writeFileSync(path.join(group, 'cgroup.freeze'), '1');
    return group;
  }
  const open = (limits = {}) => openInstanceCgroup(delegated, ['mark', 'checkout'], limits);

  it('holds up no start: what is tried in it is killed after seconds, and that is said', async () => {
    freeze(`.trial-${process.pid}`);
    expect(await open()).toEqual({ group: null, whyNone: expect.stringContaining('did not end within 3 s') });
  });

  it('is given to no instance, whose release would seem to be silent', async () => {
    const group = freeze('checkout');
    expect(await open()).toEqual({ group: null, whyNone: expect.stringContaining(`${group} is frozen`) });
    await expect(open({ processes: 5 })).rejects.toThrow(HostCannotError);
  });
});
