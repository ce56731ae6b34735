import { expect, test } from '@jest/globals';
import { checkCode } from './check-code.ts';
import { apSouth, facts } from '../domain/progress/why.fixture.ts';
import { whyOf } from '../domain/progress/why.ts';
import { deployment, service, why } from './shown.fixture.ts';

const settled = { ...service, active: null, lane: { ...service.lane, active: null } };
const moving = { ...settled, active: deployment };
const waits = { ...settled, active: { ...deployment, state: 'queued' as const } };
/** As it is told of one that a region has not answered in time. */
const owed = whyOf(facts({ state: 'undone', outcome: 'undone', pending: [apSouth] }));
const locked = { ...why, next: { text: 'Unlock it.', command: null, verb: 'unlock' as const } };
const lock = { owner: 'mo', reason: 'INC-7', since: '2026-11-24T11:00:00.000Z' };

test.each([
  ['nothing at all', [], 0],
  ['settled', [settled], 0],
  ['moving', [moving], 7],
  ['waiting for a person', [{ ...settled, active: { ...deployment, why } }], 7],
  ['locked', [{ ...settled, why: locked, lane: { ...settled.lane, lock } }], 3],
  ['not undone everywhere', [{ ...settled, why: owed, lane: { ...settled.lane, lock } }], 6],
  ['not undone everywhere, and the fix waits', [{ ...waits, why: owed, lane: { ...settled.lane, lock } }], 6],
  ['locked, and something waits', [{ ...waits, why: locked, lane: { ...settled.lane, lock } }], 3],
  ['waiting for its turn', [waits], 7],
  ['a region that does not report', [{ ...settled, why: { ...why, needsSomeone: false } }], 7],
  ['the worst of several', [settled, moving, { ...settled, lane: { ...settled.lane, lock } }], 3],
])('status --check of %s ends with the code that says so', (_, services, code) => {
  expect(checkCode(services)).toBe(code);
});
