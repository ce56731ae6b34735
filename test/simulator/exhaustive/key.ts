import type { World } from '../world/world.ts';
import type { Bounds } from './bounds.ts';

/**
 * A number for all that decides how a world goes on, however it came there. 53 bits: of a million states two share a number
 * with a probability of 1 in 20,000.
 */
export function keyOf({ centre, regions, workflows, calls, timers }: World, left: Bounds): number {
  const { deployments, releases, places, outcomes, ...rest } = centre;
  const running = [...workflows.values()].map(({ id, status, standing }) =>
    status === 'running' ? [id, standing] : [id, status],
  );
  const parts = [
    rest,
    [...deployments.values()].map(({ plan: _plan, ...row }) => row),
    [...releases.values()],
    [...places],
    [...outcomes],
    // What was served is seen again in what hosts hold.
    [...regions.values()].map(({ served: _served, hosts, ...region }) => [
      region,
      hosts.map(({ goal, ...host }) => [host, goal?.goal.generation]),
    ]),
    running.sort(byText),
    calls.map((call) => JSON.stringify(call)).sort(),
    timers.map(({ workflow, by, what }) => `${workflow} ${by} ${what}`).sort(),
    left,
  ];
  return hash53(JSON.stringify(parts));
}

const byText = (a: readonly unknown[], b: readonly unknown[]): number => (String(a[0]) < String(b[0]) ? -1 : 1);

/** Looked up once: in a test's own global scope each look costs more than what is looked up. */
const { imul } = Math;

/** cyrb53: two 32-bit mixes of one pass over the text. */
function hash53(text: string): number {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    a = imul(a ^ code, 2_654_435_761);
    b = imul(b ^ code, 1_597_334_677);
  }
  a = imul(a ^ (a >>> 16), 2_246_822_507) ^ imul(b ^ (b >>> 13), 3_266_489_909);
  b = imul(b ^ (b >>> 16), 2_246_822_507) ^ imul(a ^ (a >>> 13), 3_266_489_909);
  return 4_294_967_296 * (2_097_151 & b) + (a >>> 0);
}
