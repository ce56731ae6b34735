import { describe, expect, test } from '@jest/globals';
import { regionName, releaseNumber } from '../names.ts';
import type { DeploymentKind } from '../states.ts';
import { goBack, strayedRegions } from './go-back.ts';

const [eu, us] = [regionName('eu-west'), regionName('us-east')];
const partial = (kind: DeploymentKind, release: number, ...regions: (typeof eu)[]) => ({
  kind,
  release: releaseNumber(release),
  regions,
});

describe('regions stray from the last success', () => {
  test.each<[string, ReturnType<typeof partial>[], readonly string[], readonly string[]]>([
    ['by nothing', [], [], []],
    ['by a newer release that came to them alone', [partial('rollout', 11, eu)], [us], [eu]],
    ['each by its own', [partial('rollout', 11, us), partial('rollout', 12, eu)], [], [eu, us]],
    ['no more once they run it again', [partial('rollout', 11, eu)], [eu, us], []],
    ['not by a rollback: nobody goes back to what was fled from', [partial('rollback', 9, eu)], [us], []],
    ['again after one', [partial('rollback', 9, eu), partial('rollout', 11, eu)], [us], [eu]],
    ['not by the same release again', [partial('rollout', 11, eu), partial('rollout', 10, eu)], [], []],
  ])('%s', (_, partials, running, strayed) => {
    expect(strayedRegions(partials, releaseNumber(10), (region) => running.includes(region))).toEqual(strayed);
  });
});

describe('a rollback after a success in eu-west only', () => {
  const successes = [9, 10].map((release) => ({ kind: 'rollout' as const, release: releaseNumber(release) }));
  const history = { successes, deployable: () => true, leftHeld: false, strayed: [eu] };
  const to = (release: number) => ({ to: releaseNumber(release) });

  test('goes there, to the last success, and leaves the others as they are', () => {
    expect(goBack(history, {})).toEqual({ release: 10, regions: [eu] });
    expect(goBack({ ...history, strayed: [] }, {})).toEqual({ release: 9 });
  });

  test('goes where it is asked to: back by one in each region', () => {
    expect(goBack(history, { regions: [eu] })).toEqual({ release: 10 });
    expect(goBack(history, { regions: [us] })).toEqual({ release: 9 });
  });

  test('may name the last success, and what ran before that is further', () => {
    expect(goBack(history, to(10))).toEqual({ release: 10, further: false, regions: [eu] });
    expect(goBack(history, { ...to(10), regions: [eu] })).toEqual({ release: 10, further: false });
    expect(goBack(history, to(9))).toEqual({ release: 9, further: true });
    expect(goBack(history, { ...to(10), regions: [us] }).refused).toBe('@10 is what runs: redeploy it');
  });

  test('goes everywhere when hosts elsewhere are held, or the last success may not run', () => {
    expect(goBack({ ...history, leftHeld: true }, {})).toEqual({ release: 10 });
    expect(goBack({ ...history, deployable: (release) => release !== 10 }, {})).toEqual({ release: 9 });
    const again = [...successes, { kind: 'rollout' as const, release: releaseNumber(9) }];
    const blocked = { ...history, successes: again, strayed: [], deployable: (release: number) => release === 9 };
    expect(goBack(blocked, {})).toEqual({ release: 9 });
  });
});
