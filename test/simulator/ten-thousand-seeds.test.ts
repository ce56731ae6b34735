import { expect, test } from '@jest/globals';
import { simulate } from './run-simulate.fixture.ts';

test('10,000 seeded worlds keep all promises', async () => {
  const { code, said } = await simulate('--seeds', '10000');
  expect(said).toMatch(/^10000 seeds, \d{7,} events in [\d.]+ s: 0 promises broken$/m);
  expect(code).toBe(0);
}, 180_000);
