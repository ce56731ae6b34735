import { describe, expect, test } from '@jest/globals';
import { releaseNumber } from '../names.ts';
import type { DeploymentKind } from '../states.ts';
import { rollbackTarget } from './rollback-target.ts';

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
    ['a fix after a rollback', history(['rollout', 1], ['rollout', 2], ['rollback', 1], ['roll-forward', 3]), 1],
  ] as const)('%s', (_name, successes, target) => {
    expect(rollbackTarget(successes, any)).toBe(target);
  });

  test('a release that may not run is passed over', () => {
    const successes = history(['rollout', 1], ['rollout', 2], ['rollout', 3]);
    expect(rollbackTarget(successes, (release) => release !== 2)).toBe(1);
  });
});
