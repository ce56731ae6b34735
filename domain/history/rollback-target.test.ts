import { describe, expect, test } from '@jest/globals';
import { releaseNumber } from '../names.ts';
import type { DeploymentKind } from '../states.ts';
import { isLeftHeld, namedTarget, rollbackTarget } from './rollback-target.ts';

const history = (...steps: readonly (readonly [DeploymentKind, number])[]) =>
  steps.map(([kind, release]) => ({ kind, release: releaseNumber(release) }));
const any = () => true;

describe('the target of a rollback', () => {
  test.each([
    ['nothing ran yet', history(), null],
    ['only one release ever ran', history(['rollout', 1]), null],
    ['two releases', history(['rollout', 1], ['rollout', 2]), 1],
    ['the current release was deployed twice', history(['rollout', 1], ['rollout', 2], ['rollout', 2]), 1],
    ['a rollback was done', history(['rollout', 1], ['rollout', 2], ['rollout', 3], ['rollback', 2]), 1],
    ['a rollback to the first', history(['rollout', 1], ['rollout', 2], ['rollback', 1]), null],
    ['a rollback to a release that is in no record', history(['rollout', 2], ['rollout', 3], ['rollback', 1]), 3],
    ['a release came again later', history(['rollout', 1], ['rollout', 2], ['rollout', 1]), 2],
    [
      'a rollback to a release that came twice',
      history(['rollout', 1], ['rollout', 2], ['rollout', 1], ['rollout', 3], ['rollback', 1]),
      2,
    ],
    ['a fix after a rollback', history(['rollout', 1], ['rollout', 2], ['rollback', 1], ['roll-forward', 3]), 1],
  ] as const)('%s', (_name, successes, target) => {
    expect(rollbackTarget({ successes, deployable: any, leftHeld: false })).toBe(target);
  });

  test('a release that may not run is passed over', () => {
    const successes = history(['rollout', 1], ['rollout', 2], ['rollout', 3]);
    const deployable = (release: number) => release !== 2;
    expect(rollbackTarget({ successes, deployable, leftHeld: false })).toBe(1);
  });

  test('is the last success where a later deployment was left held on some hosts', () => {
    const successes = history(['rollout', 3], ['rollout', 4]);
    expect(rollbackTarget({ successes, deployable: any, leftHeld: true })).toBe(4);
    expect(rollbackTarget({ successes: [], deployable: any, leftHeld: true })).toBeNull();
  });
});

describe('hosts are left held', () => {
  const ending = (region: string, deployment: number, outcome: string) => ({ region, deployment, outcome });
  test.each([
    ['by nothing', [], false],
    ['by a hold', [ending('eu', 5, 'held')], true],
    ['by a hold in one of two regions', [ending('eu', 5, 'held'), ending('us', 5, 'skipped')], true],
    ['no more after a later undo there', [ending('eu', 5, 'held'), ending('eu', 6, 'undone')], false],
    ['still, after a later undo elsewhere', [ending('eu', 5, 'held'), ending('us', 6, 'undone')], true],
    [
      'by the first of two endings of one deployment, as it was written',
      [ending('eu', 5, 'held'), ending('eu', 5, 'undone')],
      true,
    ],
    ['by the later of two', [ending('eu', 6, 'held'), ending('eu', 5, 'undone')], true],
  ] as const)('%s', (_, endings, held) => expect(isLeftHeld(endings)).toBe(held));
});

describe('a rollback that names its release', () => {
  const successes = history(['rollout', 1], ['rollout', 2], ['rollout', 3], ['rollout', 4]);
  const to = (release: number, more: Partial<Parameters<typeof namedTarget>[0]> = {}) =>
    namedTarget({ successes, deployable: any, leftHeld: false, ...more }, releaseNumber(release));

  test('to the previous one is a rollback as any, and further back it is further', () => {
    expect(to(3)).toEqual({ do: 'previous' });
    expect(to(2)).toEqual({ do: 'further' });
    expect(to(2, { deployable: (release) => release !== 3 })).toEqual({ do: 'previous' });
    expect(to(4, { leftHeld: true })).toEqual({ do: 'previous' });
  });

  test.each<[string, number, Partial<Parameters<typeof namedTarget>[0]>, string]>([
    ['what runs', 4, {}, '@4 is what runs: redeploy it'],
    ['what never ran', 7, {}, '@7 is none of the releases that ran before: deploy it'],
    ['what a rollback has left', 4, { successes: [...successes, ...history(['rollback', 3])] }, 'none of the releases'],
    [
      'what is blocked',
      2,
      { deployable: (release) => release !== 2 },
      '@2 may not run any more: it is blocked or retired',
    ],
  ])('to %s is refused', (_, release, more, reason) => {
    expect(to(release, more)).toEqual({ do: 'refuse', reason: expect.stringContaining(reason) });
  });
});
