import { expect, test } from '@jest/globals';
import type { Digest } from '../names.ts';
import { goalOf, hostOn, releases } from './simulated-goals.ts';

const numbered = (n: number): Digest => `sha256:${String(n).padStart(64, '0')}` as Digest;

/** Letters of what a host remembers, and its trees, after so many deployments, of which every fifth found its release bad. */
function after(deployments: number): { readonly letters: number; readonly trees: number } {
  const isBad = (n: number): boolean => n % 5 === 0;
  const all = Array.from({ length: deployments }, (_, n) => n + 2);
  const host = hostOn(all.filter(isBad).map(numbered));
  let base = releases[0] as Digest;
  // Numbers of one length, so that only how many things there are counts.
  let generation = 1_000_000;
  for (const n of all) {
    const deployment = 1_000 + n;
    host.see(goalOf({ deployment, generation: ++generation, base, next: numbered(n) }));
    host.run();
    if (!isBad(n)) base = numbered(n);
    host.see(goalOf({ deployment, generation: ++generation, base, mode: isBad(n) ? 'undo' : 'advance' }));
    host.run();
    expect(host.world.running?.release).toBe(base);
  }
  const state = { ...host.state, services: [...host.state.services.values()] };
  return { letters: JSON.stringify(state).length, trees: host.world.trees.length };
}

test('what a host remembers does not grow with the number of deployments that it has seen', () => {
  const some = after(300);
  const many = after(900);
  expect(many.trees).toBe(some.trees);
  expect(Math.abs(many.letters - some.letters)).toBeLessThan(50);
});
