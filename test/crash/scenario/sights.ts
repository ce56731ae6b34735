import fc from 'fast-check';
import type { DurableEvent } from '../../../domain/host/events.ts';
import type { DeploymentState } from '../../../domain/states.ts';
import type { Place } from '../stack/running-stack.ts';
import type { Moment } from './moment.ts';
import type { Shape } from './scenario.ts';

/** What can be seen in a run, and so be waited for. */
export interface Sights {
  readonly latestMs: number;
  readonly states: readonly DeploymentState[];
  readonly hosts: readonly string[];
  readonly steps: readonly DurableEvent['type'][];
}

/** Steps of a switch on a host, each durable before the next (docs/host-agent.md). */
export const switchSteps = [
  'goalSeen',
  'fetchStarted',
  'fetched',
  'switchIntended',
  'switched',
  'instanceStarted',
] as const;

const undone: ReadonlySet<Shape> = new Set(['bad-release', 'rollback', 'abort', 'hotfix']);

export function sightsOf(shape: Shape, places: readonly Place[]): Sights {
  // A bad release gets no further than the hosts of the first region.
  const [canary] = places;
  const isBad = shape === 'bad-release';
  const reached = isBad ? places.filter(({ region }) => region === canary?.region) : places;
  return {
    latestMs: 6_000,
    states: ['building', 'approving', 'rolling', ...(undone.has(shape) ? (['undoing'] as const) : [])],
    hosts: reached.map(({ host }) => host),
    steps: isBad ? switchSteps : [...switchSteps, 'confirmed'],
  };
}

export function momentOf({ latestMs, states, hosts, steps }: Sights): fc.Arbitrary<Moment> {
  const journalled = fc.tuple(fc.constantFrom(...hosts), fc.constantFrom(...steps));
  // Between two steps of a switch there are only milliseconds.
  const atOnce = { min: 0, max: 0 };
  const soon = { min: 0, max: 250 };
  return fc.oneof(
    { weight: 2, arbitrary: after({ once: 'delivered' }, { min: 0, max: latestMs }) },
    { weight: 2, arbitrary: fc.constantFrom(...states).chain((state) => after({ once: 'state', state }, soon)) },
    { weight: 2, arbitrary: journalled.chain(([host, type]) => after({ once: 'journal', host, type }, atOnce)) },
    { weight: 1, arbitrary: journalled.chain(([host, type]) => after({ once: 'journal', host, type }, soon)) },
  );
}

type Sight<Seen> = Seen extends Moment ? Omit<Seen, 'afterMs'> : never;

export const after = (
  sight: Sight<Moment>,
  spanMs: { readonly min: number; readonly max: number },
): fc.Arbitrary<Moment> => fc.integer(spanMs).map((afterMs) => ({ ...sight, afterMs }));

/** Most often when hosts have been touched; now and then while the first region hears of it. */
export const midway: fc.Arbitrary<Moment> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .constantFrom('approving', 'rolling', 'rolling', 'rolling')
      .chain((state) => after({ once: 'state', state }, { min: 500, max: 3_000 })),
  },
  { weight: 1, arbitrary: after({ once: 'state', state: 'rolling' }, { min: 0, max: 200 }) },
);
