import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { toldToGoOn, toldToPause } from './region-run.ts';

interface Told {
  readonly what: 'pause' | 'resume';
  readonly controlRevision: number;
  readonly tellSequence?: number;
}

function heard(tells: readonly Told[]) {
  const run = { controlRevision: 1, resumedRevision: 0, paused: false, tellSequence: 0 };
  for (const { what, ...tell } of tells) (what === 'pause' ? toldToPause : toldToGoOn)(run, tell);
  return run;
}

const pause = { what: 'pause', controlRevision: 1 } as const;
const resume = { what: 'resume', controlRevision: 1 } as const;

test('of the beginning and the end of a freeze the later one holds, whichever comes first', () => {
  const [begins, ends, again] = [
    { ...pause, tellSequence: 1 },
    { ...resume, tellSequence: 2 },
    { ...pause, tellSequence: 3 },
  ];
  expect(heard([ends, begins]).paused).toBe(false);
  expect(heard([begins, again, ends]).paused).toBe(true);
});

test('a resume that a newer pause has overtaken still ends the hold that it was meant for', () => {
  const late = heard([
    { ...pause, controlRevision: 5, tellSequence: 2 },
    { ...resume, controlRevision: 4, tellSequence: 1 },
  ]);
  expect(late).toMatchObject({ paused: true, resumedRevision: 4, controlRevision: 5 });
});

test('in whatever order they come, and however often, a region comes to the same', () => {
  const inOrder = fc
    .array(fc.record({ what: fc.constantFrom('pause' as const, 'resume' as const), rise: fc.nat(2) }), { maxLength: 8 })
    .map((drawn) => {
      let controlRevision = 1;
      return drawn.map(({ what, rise }, index) => {
        controlRevision += rise;
        return { what, controlRevision, tellSequence: index + 1 };
      });
    });
  const arrivals = inOrder.chain((tells) =>
    fc.tuple(fc.constant(tells), fc.shuffledSubarray([...tells, ...tells], { minLength: tells.length * 2 })),
  );
  fc.assert(fc.property(arrivals, ([tells, arrived]) => expect(heard(arrived)).toEqual(heard(tells))));
});

test('by revisions alone, as a version before tells it, a late pause pauses nothing that a newer resume has ended', () => {
  expect(
    heard([
      { ...resume, controlRevision: 3 },
      { ...pause, controlRevision: 2 },
    ]).paused,
  ).toBe(false);
  expect(
    heard([
      { ...pause, controlRevision: 3 },
      { ...resume, controlRevision: 2 },
    ]).paused,
  ).toBe(true);
  expect(heard([pause, resume]).paused).toBe(false);
});
