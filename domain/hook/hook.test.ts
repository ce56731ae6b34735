import { describe, expect, test } from '@jest/globals';
import { regionName } from '../names.ts';
import { hookName, placedHooks, type Hook, type Hooks } from './hook.ts';

const eu = regionName('eu-west');
const hook = (run: string): Hook => ({ run, undo: null, timeoutMs: 1, mayStay: false, destructive: false });
const hooks: Hooks = {
  before: [hook('a'), hook('b')],
  after: [hook('c')],
  region: { before: [hook('d')], after: [hook('e'), hook('f')] },
};

describe('the hooks of a moment', () => {
  test.each([
    ['before', null, ['hooks.before[0]: a', 'hooks.before[1]: b']],
    ['after', null, ['hooks.after[0]: c']],
    ['before', eu, ['hooks.region.before[0] in eu-west: d']],
    ['after', eu, ['hooks.region.after[0] in eu-west: e', 'hooks.region.after[1] in eu-west: f']],
  ] as const)('%s, in %s', (moment, region, expected) => {
    const placed = placedHooks(hooks, moment, region);
    expect(placed.map((each) => `${hookName(each)}: ${each.hook.run}`)).toEqual(expected);
  });

  test.each([null, eu])('are none where the spec has none, in %s', (region) => {
    expect(placedHooks(undefined, 'before', region)).toEqual([]);
  });
});
