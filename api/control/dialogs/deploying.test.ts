import { expect, test } from '@jest/globals';
import { releaseNumber } from '../../../domain/names.ts';
import type { DeploymentPlan } from '../../../protocol/api/plan.ts';
import { deployDialog } from './deploying.ts';
import { planDigest, lock, shared, textOf, usEast, apSouth } from './dialog-facts.fixture.ts';
import { onceMoreDialog } from './once-more.ts';

test('deploy says what, where, who must agree and what goes first', () => {
  const plan = {
    release: releaseNumber(412),
    from: releaseNumber(411),
    ahead: 1,
    lock: null,
    reverted: null,
    digest: planDigest,
    tookMs: null,
    stages: [
      {
        name: 'world',
        regions: [
          { region: usEast, hosts: 6_185 },
          { region: apSouth, hosts: 155 },
        ],
      },
    ],
    approval: { quorum: 1, roles: ['release-owner'], expiresMs: 1 },
    commit: { id: 'a'.repeat(40), subject: 'Fix double charge', authors: ['lin'] },
  } as unknown as DeploymentPlan;
  const kind = 'rollout' as const;
  const usual = { ...shared, althoughReverted: false };
  const dialog = deployDialog({ ...usual, kind, plan });
  expect(textOf(dialog, 'What')).toBe('6,340 hosts go @411 → @412 in 2 regions (us-east, ap-south), 1 stage.');
  expect(dialog.confirm).toBe('Deploy @412 to 6,340 hosts');
  expect(textOf(dialog, 'After')).toBe('checkout/87 goes first. Undo this: abort it, or roll checkout back.');
  const after = (more: Partial<DeploymentPlan>) =>
    textOf(deployDialog({ ...usual, kind, plan: { ...plan, ...more } }), 'After');
  expect(after({ ahead: 0 })).toMatch(/^It starts at once\. Undo this/);
  const waits = ['frozen since 2026-12-20 00:00 UTC by mo: "holidays"'];
  expect(after({ ahead: 0, waits })).toMatch(/^It does not begin now: frozen since .+ by mo: "holidays"\. Undo this/);
  expect(after({ waits })).toMatch(/^checkout\/87 goes first\. It does not begin now: frozen since .+\. Undo this/);
  expect(deployDialog({ ...usual, kind, plan: { ...plan, lock } }).refused).toContain('INC-7');
  expect(deployDialog({ ...usual, kind, plan: { ...plan, reverted: 'taken back' } }).refused).toBe('taken back');
  const insisted = deployDialog({ ...usual, kind, plan: { ...plan, reverted: 'taken back' }, althoughReverted: true });
  expect([insisted.refused, textOf(insisted, 'Reverted')]).toEqual([null, 'taken back: it goes all the same.']);
  expect(insisted.meaning).not.toEqual(dialog.meaning);
  const first = deployDialog({ ...usual, hosts: [], kind, plan: { ...plan, from: null } });
  expect(textOf(first, 'What')).toBe(
    'First release: all hosts get @412 in 2 regions (us-east, ap-south), 1 stage; how many is not known yet.',
  );
  const forward = deployDialog({ ...usual, kind: 'roll-forward', plan });
  expect([forward.title, forward.confirm]).toEqual([
    'Roll checkout forward to @412?',
    'Roll forward to @412 on 6,340 hosts',
  ]);
  expect(forward.meaning).not.toEqual(dialog.meaning);
  const waiting = deployDialog({ ...shared, kind, plan: { ...plan, lock }, queue: true });
  expect([waiting.refused, textOf(waiting, 'After')]).toEqual([
    null,
    'Locked since 2026-11-24 12:00 UTC by mo: "INC-7". It waits until checkout is unlocked. Undo this: abort it, or roll checkout back.',
  ]);
  expect(waiting.meaning).not.toEqual(dialog.meaning);
  expect([dialog.mayWaitFor, waiting.mayWaitFor]).toEqual([undefined, ['lock']]);
  const [frozen] = waits;
  const held = { ...usual, kind, plan: { ...plan, waits }, frozen };
  expect(deployDialog(held)).toMatchObject({ refused: frozen, mayWaitFor: ['freeze'] });
  expect(deployDialog({ ...held, queue: true })).toMatchObject({ refused: null, mayWaitFor: ['freeze'] });
  expect(deployDialog({ ...held, plan: { ...plan, lock } }).mayWaitFor).toEqual(['lock', 'freeze']);
  expect(onceMoreDialog(held, 'checkout/87', null)).toMatchObject({ refused: frozen, mayWaitFor: ['freeze'] });
  const again = onceMoreDialog({ ...shared, kind, plan }, 'checkout/87', null);
  expect([again.title, again.confirm, again.refused]).toEqual([
    'Retry checkout/87: deploy checkout@412 once more?',
    'Retry @412 to 6,340 hosts',
    null,
  ]);
  const busy = { detail: 'checkout/88 brings checkout@412 already', next: 'Follow it: slipway watch checkout/88' };
  const same = onceMoreDialog({ ...shared, kind, plan }, null, busy);
  expect([same.title, same.refused]).toEqual([
    'Deploy checkout@412, which runs, once more?',
    'checkout/88 brings checkout@412 already. Follow it: slipway watch checkout/88',
  ]);
});
