import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { findDelegatedGroup } from './delegated-group.ts';

/** Stands for where cgroup v2 is mounted. */
let mount: string;
beforeEach(() => {
  mount = mkdtempSync(path.join(tmpdir(), 'slipway-mount-'));
});
afterEach(() => rmSync(mount, { recursive: true }));

function makeGroup(group: string): void {
  mkdirSync(path.join(mount, group), { recursive: true });
  writeFileSync(path.join(mount, group, 'cgroup.procs'), '');
}

describe('the group that is left to an agent', () => {
  it('is the one above its own, where that has the name that its unit gives it', () => {
    makeGroup('/some.slice/an-agent.service/slipway-agent');
    expect(findDelegatedGroup(mount, '/some.slice/an-agent.service/slipway-agent')).toBe(
      path.join(mount, 'some.slice/an-agent.service'),
    );
  });

  it("is found by a command in an operator's session, too, while anything of the unit runs", () => {
    const session = '/user.slice/user-1000.slice/session-3.scope';
    expect(findDelegatedGroup(mount, session)).toBeNull();
    makeGroup('/system.slice/slipway-agent.service/slipway-agent');
    expect(findDelegatedGroup(mount, session)).toBe(path.join(mount, 'system.slice/slipway-agent.service'));
  });

  it.each([
    ['the unit itself, with the agent in it', '/system.slice/slipway-agent.service'],
    ['the root of the machine', '/slipway-agent'],
    ['any other', '/system.slice/slipway-agent.service/other'],
  ])('is never guessed: not %s', (_what, own) => {
    makeGroup(own);
    expect(findDelegatedGroup(mount, own)).toBeNull();
  });

  it('is none where the kernel has no cgroup v2', () => {
    expect(findDelegatedGroup(null, null)).toBeNull();
  });
});
