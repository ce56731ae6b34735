import { expect, test } from '@jest/globals';
import { checkCode } from './check-code.ts';
import { facts, inRegion, usEast } from '../domain/progress/why.fixture.ts';
import { whyOf } from '../domain/progress/why.ts';
import { deployment, service, why } from './shown.fixture.ts';

const settled = { ...service, active: null, lane: { ...service.lane, active: null } };
const moving = { ...settled, active: deployment };
/** As it is told of one that waits for a region that doesn't answer. */
const stuck = whyOf(
  facts({ state: 'undoing', waitingFor: 'undo', waiting: 'waits', regions: [inRegion(usEast, 'unreachable')] }),
);
const lock = { owner: 'mo', reason: 'INC-7', since: '2026-11-24T11:00:00.000Z' };

test.each([
  ['nothing at all', [], 0],
  ['settled', [settled], 0],
  ['moving', [moving], 7],
  ['waiting for a person', [{ ...settled, active: { ...deployment, why } }], 7],
  ['locked', [{ ...settled, why, lane: { ...settled.lane, lock } }], 3],
  ['an undo that is stuck', [{ ...settled, active: { ...deployment, state: 'undoing' as const, why: stuck } }], 6],
  ['a region that does not report', [{ ...settled, why: { ...why, needsSomeone: false } }], 7],
  ['the worst of several', [settled, moving, { ...settled, lane: { ...settled.lane, lock } }], 3],
])('status --check of %s ends with the code that says so', (_, services, code) => {
  expect(checkCode(services)).toBe(code);
});
