import { describe, expect, test } from '@jest/globals';
import { regionName } from '../names.ts';
import type { BakingStage, SkippableRegion } from './leaving-waits.ts';
import { decidePromote, decideSkip } from './leaving-waits.ts';
import type { Standing } from './person-message.ts';
import { rolling } from './standing.fixture.ts';

const [eu, us, ap] = ['eu-west', 'us-east', 'ap-south'].map((name) => regionName(name)) as [
  ReturnType<typeof regionName>,
  ReturnType<typeof regionName>,
  ReturnType<typeof regionName>,
];
const stop = { cause: 'aborted', hold: false, by: 'ada', reason: 'bad', at: '2026-01-01T00:00:00Z' } as const;

const region = (over: Partial<SkippableRegion> = {}): SkippableRegion => ({
  region: ap,
  state: 'rolling',
  held: false,
  reason: null,
  ...over,
});
const done: SkippableRegion = { region: eu, state: 'done', held: false, reason: null };
const skip = (
  over: Partial<SkippableRegion>,
  at: Partial<Standing> = {},
  others: readonly SkippableRegion[] = [done],
) => decideSkip({ ...rolling, ...at }, [...others, region(over)], ap);

describe('skip region', () => {
  test.each<[string, Partial<SkippableRegion>]>([
    ['does not answer', { state: 'unreachable', reason: 'does not answer' }],
    ['is held', { held: true, reason: 'all hosts are pinned' }],
    ['has no host', { reason: 'no host' }],
    ['can not be copied to', { state: 'replicating', reason: 'not copied yet: the store is full' }],
  ])('leaves out a region that %s', (_, over) => {
    expect(skip(over)).toEqual({ do: 'accept', message: 'checkout/87 goes on without ap-south' });
  });

  test.each<[string, Partial<SkippableRegion>, string]>([
    ['moves', {}, 'ap-south answers, and is not held: pause or abort checkout/87 instead'],
    ['is only paused with the others', { reason: 'paused' }, 'ap-south answers, and is not held'],
    ['is being copied to', { state: 'replicating' }, 'ap-south answers, and is not held'],
    ['is ready', { state: 'done' }, 'ap-south is ready: pause or abort checkout/87 instead'],
  ])('is refused for a region that %s', (_, over, message) => {
    expect(skip(over)).toEqual({ do: 'refuse', message: expect.stringContaining(message) });
  });

  const away = { state: 'unreachable', reason: 'does not answer' } as const;
  test.each<[string, Partial<Standing>, string]>([
    ['has stopped', { stop }, 'checkout/87 is being undone since'],
    ['is past its point of no return', { finishing: true }, 'past its point of no return'],
    ['has no plan yet', { planned: false }, 'not made yet'],
  ])('is refused when the deployment %s', (_, at, message) => {
    expect(skip(away, at)).toEqual({ do: 'refuse', message: expect.stringContaining(message) });
  });

  test('is refused for the last region that is left, and for one that it does not go to', () => {
    const skipped: SkippableRegion = { ...done, state: 'skipped' };
    expect(skip(away, {}, [skipped])).toMatchObject({ do: 'refuse', message: expect.stringContaining('last region') });
    expect(skip(away, {}, [])).toMatchObject({ do: 'refuse' });
    expect(decideSkip(rolling, [done, region()], us)).toEqual({
      do: 'refuse',
      message: 'checkout/87 does not go to us-east: its regions are eu-west, ap-south',
    });
  });

  test('is done for a region that was skipped before', () => {
    expect(skip({ state: 'skipped' })).toEqual({ do: 'done', message: 'ap-south is skipped already' });
  });
});

describe('promote', () => {
  const baking: BakingStage = { name: 'canary', hasMetrics: false };

  test('ends the bake of the stage that bakes', () => {
    const message = 'the bake of stage canary ends, if its hosts are well';
    expect(decidePromote(rolling, baking)).toEqual({ do: 'accept', message });
  });

  test.each<[string, Partial<Standing>, BakingStage | null, string]>([
    ['nothing bakes', {}, null, 'no stage of checkout/87 bakes: there is nothing to end early'],
    ['metrics are watched', {}, { ...baking, hasMetrics: true }, 'held to metrics until it has baked'],
    ['it is paused', { paused: true }, baking, 'resume it first'],
    ['it is held', { held: true }, baking, 'a person must resume or abort it first'],
    ['it has stopped', { stop }, baking, 'is being undone since'],
    ['it is past its last stage', { finishing: true }, baking, 'past its last stage'],
  ])('is refused when %s', (_, at, stage, message) => {
    expect(decidePromote({ ...rolling, ...at }, stage)).toEqual({
      do: 'refuse',
      message: expect.stringContaining(message),
    });
  });
});
