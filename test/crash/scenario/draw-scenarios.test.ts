import { expect, test } from '@jest/globals';
import { hostId, regionName } from '../../../domain/names.ts';
import { drawKillEachOnce, drawScenarios } from './draw-scenarios.ts';

const places = ['eu-west', 'us-east'].flatMap((region) =>
  [1, 2].map((number) => ({ host: hostId(`${region}-${number}`), region: regionName(region) })),
);

test('a seed draws the same runs each time, another seed others', () => {
  const first = drawScenarios(20, { seed: 1, places });
  expect(drawScenarios(20, { seed: 1, places })).toEqual(first);
  expect(drawScenarios(20, { seed: 2, places })).not.toEqual(first);
});

test('only what is rolled back is taken back, and every run kills something', () => {
  for (const { kind, kills, takenBack } of drawScenarios(100, { seed: 3, places })) {
    expect(takenBack !== null).toBe(kind === 'rolled-back');
    expect(kills.length).toBeGreaterThan(0);
  }
});

test.each([1, 2, 3])(
  'with seed %i each program is killed once, over a good, a bad and a taken-back deployment',
  (seed) => {
    const scenarios = drawKillEachOnce({ seed, places });
    expect(scenarios.map(({ kind }) => kind)).toEqual(['good', 'bad', 'rolled-back']);
    expect(scenarios.flatMap(({ kills }) => kills.flatMap(({ victims }) => victims)).toSorted()).toEqual([
      'agent-eu-west-1',
      'api',
      'build-worker',
      'control-worker',
      'gateway-eu-west',
      'keeper-eu-west-1',
      'postgres',
      'region-worker-eu-west',
      'temporal',
    ]);
  },
);
