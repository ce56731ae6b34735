import { expect, test } from '@jest/globals';
import { freezeKinds, freezePolicies } from '../../../domain/fleet/freeze.ts';
import { hostId, regionName } from '../../../domain/names.ts';
import { faultKinds } from './draw-faults.ts';
import { drawKillEachOnce } from './draw-kill-each-once.ts';
import { drawScenarios } from './draw-scenarios.ts';
import { scenarioText, shapes } from './scenario.ts';

const places = ['eu-west', 'us-east'].flatMap((region) =>
  [1, 2].map((number) => ({ host: hostId(`${region}-${number}`), region: regionName(region) })),
);

test('a seed draws the same runs each time, another seed others', () => {
  const first = drawScenarios(20, { seed: 1, places });
  expect(drawScenarios(20, { seed: 1, places })).toEqual(first);
  expect(drawScenarios(20, { seed: 2, places })).not.toEqual(first);
});

test('every run has one fault or two, and what people do is what its shape says', () => {
  for (const { shape, bad, faults, act } of drawScenarios(100, { seed: 3, places })) {
    expect(act === null).toBe(shape === 'rollout' || shape === 'bad-release');
    expect(bad).toBe(shape === 'bad-release');
    expect([1, 2]).toContain(faults.length);
  }
});

test('so few runs as CI makes hold each shape and each kind of fault', () => {
  const scenarios = drawScenarios(20, { seed: 4, places });
  expect(new Set(scenarios.map(({ shape }) => shape))).toEqual(new Set(shapes));
  expect(new Set(scenarios.flatMap(({ faults }) => faults.map(({ kind }) => kind)))).toEqual(new Set(faultKinds));
});

test('a run is the same one in whatever number of runs it is drawn', () => {
  const many = drawScenarios(50, { seed: 5, places });
  expect(drawScenarios(9, { seed: 5, places })).toEqual(many.slice(0, 9));
});

test('one shape alone is drawn when it is asked for, with every kind, policy and end of a freeze', () => {
  const drawn = drawScenarios(60, { seed: 8, places, shape: 'freeze' });
  const acts = drawn.flatMap(({ act }) => (act?.verb === 'freeze' ? [act] : []));
  expect(acts).toHaveLength(60);
  expect(new Set(acts.map(({ policy }) => policy))).toEqual(new Set(freezePolicies));
  expect(new Set(acts.map(({ kind }) => kind))).toEqual(new Set(freezeKinds));
  expect(new Set(acts.map(({ endedBy }) => endedBy))).toEqual(new Set(['person', 'clock']));
});

test('undos are terminated where there are some, and nowhere else', () => {
  const terminations = drawScenarios(200, { seed: 9, places, kinds: ['terminate'] });
  const ofUndos = terminations.filter(({ faults }) =>
    faults.some((fault) => fault.kind === 'terminate' && fault.workflow === 'undos'),
  );
  const shapesOf = new Set(ofUndos.map(({ shape }) => shape));
  expect(shapesOf).toEqual(new Set(['bad-release', 'rollback', 'abort', 'hotfix']));
});

test('where no disk can be filled, no run asks for it', () => {
  const kinds = faultKinds.filter((kind) => kind !== 'fill');
  const drawn = drawScenarios(100, { seed: 6, places, kinds });
  expect(drawn.flatMap(({ faults }) => faults.map(({ kind }) => kind))).not.toContain('fill');
});

test('every fault and act has its words', () => {
  for (const scenario of drawScenarios(100, { seed: 7, places })) {
    const said = scenarioText(scenario).split('; ');
    expect(said).toHaveLength(1 + scenario.faults.length + (scenario.act === null ? 0 : 1));
    expect(said.join()).not.toMatch(/undefined|NaN|object/);
  }
});

test.each([1, 2, 3])(
  'with seed %i each program is killed once, over a good, a bad and a taken-back deployment',
  (seed) => {
    const scenarios = drawKillEachOnce({ seed, places });
    expect(scenarios.map(({ shape }) => shape)).toEqual(['rollout', 'bad-release', 'rollback']);
    const victims = scenarios.flatMap(({ faults }) =>
      faults.flatMap((fault) => (fault.kind === 'kill' ? fault.victims : [])),
    );
    expect(victims.toSorted()).toEqual([
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
