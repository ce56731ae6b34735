import { expect, test } from '@jest/globals';
import { requestKey } from './request-key.ts';

test('a key of a person is another one for another person, and for another verb', () => {
  expect(requestKey('deploy', 'ada', 'k1')).toBe('deploy:ada:k1');
  expect(requestKey('deploy', 'mo', 'k1')).toBe('deploy:mo:k1');
  expect(requestKey('retry', 'ada', 'k1')).toBe('retry:ada:k1');
});
