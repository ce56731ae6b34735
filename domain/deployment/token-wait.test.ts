import { expect, test } from '@jest/globals';
import { regionName } from '../names.ts';
import { tokenWait, type TokenWaits } from './token-wait.ts';

const [one, two] = ['2026-11-24T12:00:00.000Z', '2026-11-24T12:05:00.000Z'];
const [eu, us] = ['eu-west', 'us-east'].map(regionName) as [TokenWaits['held'][0]['region'], never];
const nothing: TokenWaits = { pausedSince: null, held: [], undecidedSince: null, losingSince: null, undoing: null };

test.each([
  ['resume', {}, null],
  ['resume', { pausedSince: one }, `pause since ${one}`],
  ['resume', { undecidedSince: one }, `metrics undecided since ${one}`],
  ['resume', { held: [{ region: eu, since: one }] }, `hold in eu-west since ${one}`],
  [
    'resume',
    {
      pausedSince: one,
      held: [
        { region: eu, since: one },
        { region: us, since: two },
      ],
    },
    `pause since ${one}; hold in us-east since ${two}, eu-west since ${one}`,
  ],
  ['resume', { undoing: 'regions' }, null],
  ['resume', { losingSince: two, undoing: 'hooks' }, `loss of data since ${two}`],
  ['end-undo', { undoing: 'regions' }, 'undo of regions'],
  ['end-undo', { undoing: 'hooks' }, 'undo of hooks'],
  ['end-undo', { losingSince: two }, `loss of data since ${two}`],
  ['end-undo', { pausedSince: one }, null],
] as const)('a token of %s, while there is %j, is for: %s', (verb, waits, wait) => {
  expect(tokenWait(verb, { ...nothing, ...waits })).toBe(wait);
});

test('however many regions are held, the newest hold makes another token', () => {
  const many = (since: string) =>
    Array.from({ length: 256 }, (_, at) => ({
      region: regionName(`a-region-with-a-long-name-${at}`),
      since: at === 0 ? since : one,
    }));
  const [first, second] = [one, two].map((since) => tokenWait('resume', { ...nothing, held: many(since) }));
  expect(first?.length).toBe(500);
  expect(second).not.toBe(first);
});
