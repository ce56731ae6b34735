import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Placement } from '../goal/goal.ts';
import { serviceName, type Digest, type ReleaseNumber } from '../names.ts';
import { whyNotSecrets, type SecretAsk } from './may-have.ts';
import { isSecretName, secretNamesOf } from './secret-names.ts';
import { usableSecrets, type HeldSecrets, type RegionAnswer } from './usable-secrets.ts';

const checkout = serviceName('checkout');
const digest = (n: number): Digest => `sha256:${String(n).repeat(64)}` as Digest;
const placement = (selector: Record<string, string>): Placement => ({
  release: { number: 1 as ReleaseNumber, digest: digest(1) },
  selector,
});

test('what a release needs is each name once, whether for a variable or a file', () => {
  expect(secretNamesOf({})).toEqual([]);
  expect(secretNamesOf({ secrets: { env: { B: 'b', A: 'a' }, files: { 'a.pem': 'a' } } })).toEqual(['a', 'b']);
});

test.each(['', '.', '..', '../x', 'a/b', '.hidden', 'a b', 'a\n', 'ä', 'x'.repeat(129)])(
  '%j is no name of a secret: it could be a path',
  (name) => expect(isSecretName(name)).toBe(false),
);
test.each(['db-url', 'DB_URL', 'tls.key', '0', 'x'.repeat(128)])('%j is one', (name) =>
  expect(isSecretName(name)).toBe(true),
);

describe('a host may have secrets', () => {
  const ask: SecretAsk = {
    service: checkout,
    labels: { role: 'web' },
    placements: [placement({ role: 'web' }), null],
    release: { service: checkout, names: ['a', 'b'] },
    asked: ['a'],
  };
  test.each<[string, Partial<SecretAsk>, string | null]>([
    ['of a release that names them, where a placement includes it', {}, null],
    ['where only what comes includes it', { placements: [placement({ role: 'db' }), placement({})] }, null],
    ['not where none does', { placements: [placement({ role: 'db' })] }, 'no placement of checkout includes this host'],
    ['not of a service that is nowhere', { placements: [null, null] }, 'no placement of checkout includes this host'],
    ['not that the release does not name', { asked: ['a', 'c', 'd'] }, 'the release does not name c, d'],
    [
      'not by a release of another service',
      { release: { service: serviceName('payments'), names: ['a'] } },
      'that release is one of payments',
    ],
  ])('%s', (_, change, why) => expect(whyNotSecrets({ ...ask, ...change })).toBe(why));
});

describe('an instance starts with', () => {
  const given: RegionAnswer = { outcome: 'given', values: { a: 'new' } };
  const away: RegionAnswer = { outcome: 'none', reason: 'away' };
  const held = (release: Digest, atMs: number, values: Record<string, string>): HeldSecrets => ({
    release,
    atMs,
    values,
  });
  const before = [held(digest(1), 1, { a: 'old' })];
  test.each<[string, RegionAnswer, readonly HeldSecrets[], unknown]>([
    ['what its region gives', given, before, { do: 'use', values: { a: 'new' }, from: 'region' }],
    [
      'what it was given before, with the region away',
      away,
      before,
      { do: 'use', values: { a: 'old' }, from: 'memory' },
    ],
    [
      'nothing that only another release was given',
      away,
      [held(digest(2), 1, { a: 'x' })],
      { do: 'wait', reason: 'away' },
    ],
    ['nothing after a boot', away, [], { do: 'wait', reason: 'away' }],
    [
      'the newest value of a name, whichever release was given it',
      away,
      [held(digest(2), 5, { a: 'newer', z: 'not mine' }), ...before],
      { do: 'use', values: { a: 'newer' }, from: 'memory' },
    ],
    ['nothing when it may not', { outcome: 'refused', reason: 'no' }, before, { do: 'wait', reason: 'no' }],
    [
      'nothing when a value is left out',
      { outcome: 'given', values: {} },
      before,
      { do: 'wait', reason: 'the region did not give a' },
    ],
  ])('%s', (_, answer, kept, expected) => expect(usableSecrets(digest(1), ['a'], answer, kept)).toEqual(expected));

  test('all that it names and nothing else, wherever that comes from', () => {
    const names = fc.uniqueArray(fc.constantFrom('a', 'b', 'c'));
    const values = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), fc.string());
    const answers = fc.oneof(
      values.map((each): RegionAnswer => ({ outcome: 'given', values: each })),
      fc.constant(away),
    );
    const kept = fc.array(fc.record({ release: fc.constantFrom(digest(1), digest(2)), atMs: fc.nat(), values }));
    fc.assert(
      fc.property(names, answers, kept, (wanted, answer, memory) => {
        const use = usableSecrets(digest(1), wanted, answer, memory);
        if (use.do === 'wait') return;
        expect(Object.keys(use.values).toSorted()).toEqual(wanted.toSorted());
        for (const value of Object.values(use.values)) expect(typeof value).toBe('string');
      }),
    );
  });
});
