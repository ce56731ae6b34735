import { expect, test } from '@jest/globals';
import type { Stop } from './ending.ts';
import { decideLost } from './lost.ts';

const at = '2026-11-24T10:00:00.000Z';
const closed = 'the workflow of checkout/87 was terminated in Temporal by mo';
const said = (over: Partial<Stop>): Stop => ({ cause: 'aborted', hold: false, by: 'ada', reason: 'no', at, ...over });

test('past its point of no return it is finished, whatever was said before', () => {
  for (const stop of [null, said({}), said({ cause: 'failed' })])
    expect(
      decideLost({ stop, pointOfNoReturn: true, rollback: { automatic: false }, noUndo: null, closed, at }),
    ).toEqual({
      do: 'finish',
    });
});

test.each([
  ['nobody had stopped it: undone', null, { automatic: true }, { cause: 'aborted', hold: false, by: 'temporal' }],
  ['nothing is undone by itself: held', null, { automatic: false }, { cause: 'aborted', hold: true, by: 'temporal' }],
  ['it had no plan: no region has heard of it', null, null, { cause: 'aborted', hold: false, by: 'temporal' }],
  ['a person had aborted it', said({}), { automatic: false }, said({})],
  ['a person had aborted it with hold', said({ hold: true }), { automatic: true }, said({ hold: true })],
  ['a person had rejected it', said({ cause: 'rejected' }), { automatic: true }, said({ cause: 'rejected' })],
  ['it had failed', said({ cause: 'failed' }), { automatic: true }, said({ cause: 'failed' })],
  [
    'it had failed, and a person was asked who can no more answer',
    said({ cause: 'failed' }),
    { automatic: false },
    said({ cause: 'failed', hold: true }),
  ],
  ['it had failed before it was planned', said({ cause: 'failed' }), null, said({ cause: 'failed' })],
] as const)('%s', (_, stop, rollback, expected) => {
  const decision = decideLost({ stop, pointOfNoReturn: false, rollback, noUndo: null, closed, at });
  const reason = stop === null ? closed : stop.reason;
  expect(decision).toEqual({ do: 'stop', stop: { reason, at, ...expected } });
});

test('what can not run on what hooks left is not brought back by itself', () => {
  const noUndo = 'what ran before can not run on what this release leaves';
  const lost = { pointOfNoReturn: false, rollback: { automatic: true }, noUndo, closed, at };
  expect(decideLost({ ...lost, stop: null })).toMatchObject({ stop: { hold: true, reason: `${closed}; ${noUndo}` } });
  expect(decideLost({ ...lost, stop: said({ cause: 'failed' }) })).toMatchObject({
    stop: { hold: true, cause: 'failed' },
  });
  // A person who aborted it was told, and chose.
  expect(decideLost({ ...lost, stop: said({}) })).toMatchObject({ stop: { hold: false } });
});
