import { describe, expect, test } from '@jest/globals';
import { deploymentNumber } from '../names.ts';
import type { HostStatus } from './host-status.ts';
import { attempt, digestOfRelease, generation, host, release } from './testing/given.ts';
import { judgeUndone } from './undone.ts';
import type { UndoneInput } from './undone.ts';

const a = digestOfRelease('a');
const b = digestOfRelease('b');
const input: UndoneInput = { attempt: attempt(2), generation: generation(6), base: release('a'), absentAfterMs: 5_000 };
const failedBase = [{ deployment: deploymentNumber(2), digest: a, reason: 'crashed' }];
const failedOther = [{ ...failedBase[0]!, digest: b }];
const heard = { generation: generation(6) };

describe('a host in an undo', () => {
  test.each<
    [string, Partial<HostStatus>, 'onBase' | 'pending' | 'unreachable' | 'pinned' | 'maintenance' | 'refusing']
  >([
    ['runs the base', { ...heard, running: a }, 'onBase'],
    ['runs the base, and has seen later goals', { generation: generation(9), running: a }, 'onBase'],
    ['runs the base, and is starting it', { ...heard, running: a, health: 'starting' }, 'onBase'],
    ['has not heard of it', { running: a }, 'pending'],
    ['still runs the release', { ...heard, running: b }, 'pending'],
    ['runs nothing yet', { ...heard, running: null }, 'pending'],
    ['is silent', { running: b, reportAgeMs: 5_000 }, 'unreachable'],
    ['never reported', { running: null, reportAgeMs: null }, 'unreachable'],
    ['is pinned', { running: b, pinned: true }, 'pinned'],
    ['is pinned and silent', { running: b, pinned: true, reportAgeMs: 9_000 }, 'unreachable'],
    ['is in maintenance, and runs nothing', { ...heard, running: null, maintenance: true }, 'maintenance'],
    ['is pinned and in maintenance', { running: b, pinned: true, maintenance: true }, 'pinned'],
    ['can’t run the base', { ...heard, running: a, health: 'unhealthy', refused: failedBase }, 'refusing'],
    [
      'refused the base before, and is unwell on the release',
      { ...heard, running: b, health: 'unhealthy', refused: failedBase },
      'pending',
    ],
    ['can’t start the base', { ...heard, running: null, health: 'stopped', refused: failedBase }, 'refusing'],
    ['runs the base, which failed there before', { ...heard, running: a, refused: failedBase }, 'onBase'],
    [
      'may not run what failed there, which is not its base',
      { ...heard, running: a, health: 'starting', refused: failedOther },
      'onBase',
    ],
    ['refused the base before, and runs the release', { ...heard, running: b, refused: failedBase }, 'pending'],
    [
      'is not one of the base’s and runs nothing',
      { ...heard, running: null, selected: { base: false, next: true } },
      'onBase',
    ],
    [
      'is not one of the base’s and runs the release',
      { ...heard, running: b, selected: { base: false, next: true } },
      'pending',
    ],
  ])('%s: %s', (_what, report, list) => {
    const verdict = judgeUndone([host('h1', '1', report)], input);
    expect(verdict[list]).toEqual(['h1']);
    expect(verdict.verdict).toBe(list === 'pending' ? 'wait' : 'undone');
  });
});

test('the undo of a first deployment is done when nothing runs', () => {
  const first = { ...input, base: null };
  const selected = { base: false, next: true };
  expect(judgeUndone([host('h1', '1', { ...heard, running: null, selected })], first).verdict).toBe('undone');
  expect(judgeUndone([host('h1', '1', { ...heard, running: b, selected })], first).verdict).toBe('wait');
});

test('a host that is the service’s by its own word only is not waited for; one that was when it began is', () => {
  const unselected = { running: b, selected: { base: false, next: false } };
  const liar = host('liar', '8', { ...unselected, snapshotted: false });
  expect(judgeUndone([host('h1', '1', { ...heard, running: a }), liar], input)).toEqual({
    verdict: 'undone',
    onBase: ['h1'],
    pending: [],
    unreachable: [],
    pinned: [],
    maintenance: [],
    refusing: [],
  });
  expect(judgeUndone([host('moved', '8', unselected)], input)).toMatchObject({ verdict: 'wait', pending: ['moved'] });
});

test('one host that is not there yet is waited for, whoever else is named', () => {
  const hosts = [
    host('h1', '1', { ...heard, running: a }),
    host('h2', '2', { running: b, reportAgeMs: 9_000 }),
    host('joiner', '9', { generation: 0, attempt: null, running: null }),
  ];
  expect(judgeUndone(hosts, input)).toMatchObject({ verdict: 'wait', pending: ['joiner'], unreachable: ['h2'] });
});
