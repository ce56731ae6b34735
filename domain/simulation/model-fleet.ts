import type { HostId, Position, RegionName } from '../names.ts';
import type { ModelHost } from './model-host.ts';
import { baseDigest } from './model-region.ts';
import { randomFrom } from './random.ts';
import type { SimulatedFaults, SimulatedPlan, SimulatedStage } from './simulated-plan.ts';

/** The hosts of a region before the deployment. Up to a third more or less than the average, and slower where it is. */
export function hostsOf(
  { host: times }: SimulatedPlan,
  { seed, failPercent, losePercent, slow, badWorld }: SimulatedFaults,
  { region, hosts }: SimulatedStage['regions'][number],
  startMs: number,
): ModelHost[] {
  const random = randomFrom(seed + numberOf(region));
  const factor = slow.get(region) ?? 1;
  const illFromMs = startMs + (badWorld.get(region) ?? Number.POSITIVE_INFINITY);
  return Array.from({ length: hosts }, (_, index): ModelHost => {
    const spread = factor * (2 / 3 + (random() * 2) / 3);
    const { fetchMs, startMs, failMs } = times;
    // Whole ones, as clocks give: a bake must be over when it is over.
    const ms = (average: number, by: number): number => Math.round(average * by);
    return {
      host: `${region}-${index + 1}` as HostId,
      position: hexOf(random()) as Position,
      times: { fetchMs: ms(fetchMs, spread), startMs: ms(startMs, spread), failMs: ms(failMs, factor) },
      fails: random() * 100 < failPercent,
      vanishes: random() * 100 < losePercent,
      illFromMs,
      goal: null,
      running: baseDigest,
      health: 'healthy',
      refused: [],
      onDisk: [baseDigest],
      silentSinceMs: null,
      next: null,
    };
  });
}

/** Another one for each name. */
function numberOf(region: RegionName): number {
  let sum = 7;
  for (let index = 0; index < region.length; index += 1) sum = (sum * 31 + region.charCodeAt(index)) % 1_000_003;
  return sum;
}

const hexOf = (fraction: number): string =>
  Math.floor(fraction * 2 ** 48)
    .toString(16)
    .padStart(16, '0');
