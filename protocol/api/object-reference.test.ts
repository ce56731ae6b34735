import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { deploymentNumber, releaseNumber, serviceName } from '../../domain/names.ts';
import { deploymentReference, parseObjectReference, releaseReference } from './object-reference.ts';

test.each([
  ['checkout', { kind: 'service', service: 'checkout' }],
  ['checkout@412', { kind: 'release', service: 'checkout', release: 412 }],
  ['checkout/87', { kind: 'deployment', service: 'checkout', deployment: 87 }],
])('%s', (text, reference) => expect(parseObjectReference(text)).toEqual(reference));

test.each([
  '',
  '87',
  '@412',
  'checkout@',
  'checkout/0',
  'checkout/087',
  'checkout#87',
  'Checkout',
  'a/1/2',
  `${'a'.repeat(64)}/1`,
  'checkout@9999999999999999',
  'checkout\n',
])('%j names nothing', (text) => expect(parseObjectReference(text)).toBeNull());

test('what is written reads back', () => {
  const checkout = serviceName('checkout');
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 999_999_999_999_999 }), (n) => {
      expect(parseObjectReference(deploymentReference(checkout, deploymentNumber(n)))).toMatchObject({ deployment: n });
      expect(parseObjectReference(releaseReference(checkout, releaseNumber(n)))).toMatchObject({ release: n });
    }),
  );
});
