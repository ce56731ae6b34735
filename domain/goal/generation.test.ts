import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { nextGeneration } from './generation.ts';
import { generation } from './testing/given.ts';

const dayMs = 86_400_000;

test.each([
  ['counts up when the clock stands behind', 100, { centre: 0, hosts: 0, nowMs: 50 }, 101],
  ['is the clock when that is ahead', 100, { centre: 0, hosts: 0, nowMs: 5_000 }, 5_000],
  ['passes what a host has seen', 100, { centre: 0, hosts: 200, nowMs: 50 }, 201],
  ['passes what the centre has heard', 100, { centre: 300, hosts: 200, nowMs: 50 }, 301],
  ['is whole milliseconds', 0, { centre: 0, hosts: 0, nowMs: 12.75 }, 12],
  ['passes a host that is a day ahead', 100, { centre: 0, hosts: dayMs + 49, nowMs: 50 }, dayMs + 50],
  ['follows no host further than that', 100, { centre: 0, hosts: Number.MAX_SAFE_INTEGER, nowMs: 50 }, dayMs + 50],
  ['still counts up where a host led it', dayMs + 900, { centre: 0, hosts: 2 ** 53, nowMs: 50 }, dayMs + 901],
] as const)('a generation %s', (_what, own, { centre, hosts, nowMs }, expected) => {
  const floors = { centre: generation(centre), hosts: generation(hosts), nowMs };
  expect(nextGeneration(generation(own), floors)).toBe(expected);
});

test('a generation is above every one that anybody knows, but for a host that is far ahead of the clock', () => {
  const known = fc.nat();
  fc.assert(
    fc.property(known, known, fc.nat({ max: dayMs - 1 }), fc.nat(), (own, centre, hosts, nowMs) => {
      const next = nextGeneration(generation(own), { centre: generation(centre), hosts: generation(hosts), nowMs });
      expect(next).toBeGreaterThan(Math.max(own, centre, hosts));
      expect(next).toBeGreaterThanOrEqual(nowMs);
    }),
  );
});
