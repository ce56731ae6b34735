import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { regionName, type RegionName } from '../names.ts';
import { hookName, type Hook } from './hook.ts';
import { hasUndosLeft, losing, nextUndo, type LossDecision } from './next-undo.ts';
import { isUnsettled, type HookStanding, type HookState } from './standing.ts';

const [eu, us] = [regionName('eu-west'), regionName('us-east')];
const hook = (more: Partial<Hook> = {}): Hook => ({
  run: './up',
  undo: './down',
  timeoutMs: 1,
  mayStay: false,
  destructive: false,
  ...more,
});
const standing = (more: Partial<HookStanding> = {}): HookStanding => ({
  moment: 'before',
  region: null,
  index: 0,
  hook: hook(),
  state: 'ran',
  why: null,
  ...more,
});

describe('the next undo', () => {
  const [first, second] = [standing(), standing({ index: 1 })];
  test.each<[string, readonly HookStanding[], LossDecision, object]>([
    ['of nothing is nothing', [], null, { do: 'nothing' }],
    ['is that of the newest', [first, second], null, { do: 'undo', hook: second, command: './down' }],
    ['is also that of a hook that failed', [standing({ state: 'failed' })], null, { do: 'undo' }],
    ['and of one that may have run', [standing({ state: 'begun' })], null, { do: 'undo' }],
    [
      'goes on with one that was begun',
      [first, { ...second, state: 'undoing' }],
      null,
      { do: 'undo', hook: { index: 1 } },
    ],
    ['passes what is undone', [first, { ...second, state: 'undone' }], null, { do: 'undo', hook: first }],
    [
      'is none behind one that is not undone',
      [first, { ...second, state: 'not-undone' }],
      null,
      { do: 'settle', as: 'not-undone' },
    ],
    [
      'is none where there is none',
      [standing({ hook: hook({ undo: null }) })],
      null,
      { as: 'not-undone', why: 'it has no undo' },
    ],
    [
      'is none for what may stay',
      [standing({ hook: hook({ undo: null, mayStay: true }) })],
      null,
      { as: 'stays', why: null },
    ],
    [
      'of what may stay is none also behind one that is not undone',
      [standing({ hook: hook({ undo: null, mayStay: true }) }), { ...second, state: 'not-undone' }],
      null,
      { as: 'stays' },
    ],
    ['that loses data is asked about', [standing({ hook: hook({ destructive: true }) })], null, { do: 'ask' }],
    [
      'that loses data runs by a person',
      [standing({ hook: hook({ destructive: true }) })],
      { lose: true, by: 'mo' },
      { do: 'undo' },
    ],
    [
      'that loses data does not run against a person',
      [standing({ hook: hook({ destructive: true }) })],
      { lose: false, by: 'mo' },
      { as: 'not-undone', why: 'its undo loses data, and mo said not to run it' },
    ],
  ])('%s', (_, hooks, decision, expected) => {
    expect(nextUndo(hooks, null, decision)).toMatchObject(expected);
  });

  test('of a region is not kept by another region, but of none by any', () => {
    const hooks = [standing(), standing({ region: eu, state: 'not-undone' }), standing({ region: us })];
    expect(nextUndo(hooks, us, null)).toMatchObject({ do: 'undo', hook: { region: us } });
    const settled = hooks.map((each) => (each.region === us ? { ...each, state: 'undone' as const } : each));
    expect(nextUndo(settled, null, null)).toMatchObject({ do: 'settle', why: expect.stringContaining('in eu-west') });
  });
});

test('an undo is kept only by what came after its own hook', () => {
  const older = standing({ state: 'not-undone' });
  const newer = standing({ index: 1 });
  expect(nextUndo([older, newer], null, null)).toMatchObject({ do: 'undo', hook: newer });
});

test('an undo in a region is kept by what came after it there, not by what came after it in no region', () => {
  const hooks = [standing({ region: eu }), standing({ index: 1, state: 'not-undone' })];
  expect(nextUndo(hooks, eu, null)).toMatchObject({ do: 'undo', hook: { region: eu } });
});

test('a person is asked about all undos that lose data at once, and of no others', () => {
  const [loses, other, done] = [
    standing({ hook: hook({ destructive: true }) }),
    standing({ index: 1 }),
    standing({ index: 2, hook: hook({ destructive: true }), state: 'undone' }),
  ];
  const elsewhere = standing({ region: us, hook: hook({ destructive: true }) });
  expect(losing([loses, other, done, elsewhere])).toEqual([loses, elsewhere]);
  expect(nextUndo([other, loses, done], null, null)).toEqual({ do: 'ask', hooks: [loses] });
});

test('a deployment waits for its regions only where a command comes after them', () => {
  expect(hasUndosLeft([])).toBe(false);
  expect(hasUndosLeft([standing({ hook: hook({ undo: null }) }), standing({ hook: hook({ mayStay: true }) })])).toBe(
    false,
  );
  expect(hasUndosLeft([standing({ state: 'undone' })])).toBe(false);
  expect(hasUndosLeft([standing({ state: 'begun' })])).toBe(true);
});

// Properties: any hooks that may have run, any that can't be undone, any undos that fail.

const hooks = fc
  .array(
    fc.record({
      undo: fc.option(fc.constant('./down'), { freq: 5 }),
      mayStay: fc.boolean(),
      destructive: fc.boolean(),
      region: fc.constantFrom<RegionName | null>(null, eu, us),
      state: fc.constantFrom<HookState>('begun', 'ran', 'failed'),
      fails: fc.boolean(),
    }),
    { maxLength: 12 },
  )
  .map((all) =>
    all.map(({ undo, mayStay, destructive, region, state, fails }, index) => ({
      fails,
      standing: standing({
        region,
        index,
        state,
        hook: hook({ undo: mayStay ? null : undo, mayStay, destructive: destructive && !mayStay && undo !== null }),
      }),
    })),
  );

/** As the workflow does it: regions, in any order, and then those of none. */
function undoAll(all: readonly { readonly fails: boolean; readonly standing: HookStanding }[], lose: boolean) {
  let now = all.map((each) => each.standing);
  let decision: LossDecision = null;
  const [ran, asked]: [HookStanding[], HookStanding[][]] = [[], []];
  const become = (placed: HookStanding, state: HookState): void => {
    now = now.map((each) => (hookName(each) === hookName(placed) ? { ...each, state } : each));
  };
  for (const region of [us, eu, null]) {
    for (let next = nextUndo(now, region, decision); next.do !== 'nothing'; next = nextUndo(now, region, decision)) {
      if (next.do === 'ask') {
        asked.push([...next.hooks]);
        decision = { lose, by: 'mo' };
      } else if (next.do === 'settle') become(next.hook, next.as);
      else {
        ran.push(next.hook);
        become(next.hook, all[next.hook.index]!.fails ? 'not-undone' : 'undone');
      }
    }
  }
  return { ran, asked, now };
}

test('where each can be undone, the undos that run are those of all that may have run, each once, newest first', () => {
  fc.assert(
    fc.property(hooks, (all) => {
      const sound = all.map((each) => ({
        fails: false,
        standing: {
          ...each.standing,
          hook: { ...each.standing.hook, ...(!each.standing.hook.mayStay && { undo: './down' }) },
        },
      }));
      const { ran } = undoAll(sound, true);
      const wanted = sound.map((each) => each.standing).filter((each) => !each.hook.mayStay);
      for (const region of [null, eu, us]) {
        const there = (list: readonly HookStanding[]) => list.filter((each) => each.region === region);
        expect(there(ran).map(hookName)).toEqual(there(wanted).toReversed().map(hookName));
      }
      const firstOfNone = ran.findIndex(({ region }) => region === null);
      expect(firstOfNone === -1 || ran.slice(firstOfNone).every(({ region }) => region === null)).toBe(true);
    }),
  );
});

test('whatever fails or has no undo, each hook is settled, and none is undone whose successor stands', () => {
  fc.assert(
    fc.property(hooks, fc.boolean(), (all, lose) => {
      const { ran, asked, now } = undoAll(all, lose);
      expect(now.filter(isUnsettled)).toEqual([]);
      expect(asked.length).toBeLessThanOrEqual(1);
      expect(ran.filter(({ hook: { destructive } }) => destructive && !lose)).toEqual([]);
      const behind = now.filter((each, index) => {
        const after = now.slice(index + 1).filter(({ region }) => each.region === null || region === each.region);
        return after.some(({ state }) => state === 'not-undone');
      });
      expect(behind.filter(({ state }) => state === 'undone')).toEqual([]);
      expect(losing(now)).toEqual([]);
    }),
  );
});
