import { deploymentNumber, hostId, serviceName, type HostId } from '../../../domain/names.ts';
import { shareOf } from '../../../domain/plan/batch-size.ts';
import { randomFrom } from '../../../domain/simulation/random.ts';
import { positionOf } from '../../../protocol/position.ts';
import { drawAct, drawAway, drawGone, type Dice } from './draw-ways.ts';
import { lies, type Batch, type FleetRun, type RunHost, type Way } from './scenario.ts';

const shapes: readonly (readonly Batch[])[] = [
  [1, '100%'],
  [1, '10%', '100%'],
  [1, '5%', '25%', '100%'],
  [2, '50%', '100%'],
];

/** Of all hosts, rounded up: at least one of each. */
const shares = { slow: 0.01, liar: 0.01, gone: 0.02, returning: 0.05 } as const;

export const hostNames = (count: number): readonly HostId[] =>
  Array.from({ length: count }, (_, index) => hostId(`host-${index + 1}`));

/** The run of that number: always the same one. Kinds of release come in turn, so that also few runs hold each. */
export function drawRun(seed: number, number: number, hostCount: number): FleetRun {
  const dice = diceFrom(seed * 1_000_003 + number);
  const service = `run-${number}`;
  const batches = dice.one(shapes);
  const budgetPercent = dice.one([5, 8, 10]);
  const ways = drawWays(hostCount, batches.length, dice);
  const act = number % 8 === 0 ? drawAct(batches.length, dice) : null;
  const { release, bad } = drawRelease(number, { hostCount, budgetPercent, batches }, dice);
  const inOrder = hostNames(hostCount).toSorted(byPosition(service));
  const hosts = inOrder.map((host, at): RunHost => ({
    host,
    badHere: bad.has(at),
    way: ways.get(at) ?? { kind: 'steady' },
  }));
  return { seed, number, service, release, batches, budgetPercent, bakeMs: dice.one([0, 2_000]), act, hosts };
}

function diceFrom(seed: number): Dice {
  const next = randomFrom(seed);
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    below,
    one: (of) => of[below(of.length)]!,
    between: (least, most) => least + below(most - least + 1),
  };
}

function byPosition(service: string): (a: HostId, b: HostId) => number {
  const at = (host: HostId): string => positionOf(serviceName(service), deploymentNumber(2), host);
  return (a, b) => (at(a) < at(b) ? -1 : 1);
}

/** By place in the order. An odd host is in the first batch as seldom as any other. */
function drawWays(hostCount: number, batches: number, dice: Dice): ReadonlyMap<number, Way> {
  const free = Array.from({ length: hostCount }, (_, at) => at);
  const ways = new Map<number, Way>();
  const give = (share: number, draw: () => Way): void => {
    for (let left = Math.ceil(hostCount * share); left > 0; left--) {
      const [at] = free.splice(dice.below(free.length), 1);
      ways.set(at!, draw());
    }
  };
  give(shares.slow, () => {
    const tooSlow = dice.below(3) === 0;
    return { kind: 'slow', hearsMs: dice.between(0, 2_000), switchMs: tooSlow ? 50_000 : dice.between(1_000, 5_000) };
  });
  give(shares.liar, () => ({ kind: 'liar', lie: dice.one(lies) }));
  give(shares.gone, () => drawGone(batches, dice));
  give(shares.returning, () => drawAway(batches, dice));
  return ways;
}

interface Drawn {
  readonly hostCount: number;
  readonly budgetPercent: number;
  readonly batches: readonly Batch[];
}

/** Half of the releases are good; a quarter is bad everywhere, a quarter on some hosts: fewer than the budget, or many more. */
function drawRelease(
  number: number,
  drawn: Drawn,
  dice: Dice,
): { readonly release: FleetRun['release']; readonly bad: ReadonlySet<number> } {
  const { hostCount } = drawn;
  if (number % 2 === 0) return { release: 'good', bad: new Set() };
  if (number % 4 === 1) return { release: 'bad-everywhere', bad: new Set(Array(hostCount).keys()) };
  return { release: 'bad-on-some', bad: dice.below(2) === 0 ? badLate(drawn, dice) : badMany(drawn, dice) };
}

/** In the last batch, and fewer than may fail there: room is left for others that fail. */
function badLate({ hostCount, budgetPercent, batches }: Drawn, dice: Dice): ReadonlySet<number> {
  const before = switchedBy(batches.at(-2)!, hostCount);
  const count = Math.floor((hostCount * budgetPercent) / 300);
  return new Set(Array.from({ length: count }, () => dice.between(before, hostCount - 1)));
}

/** Three times what may fail, wherever they stand but for the canaries. */
function badMany({ hostCount, budgetPercent, batches }: Drawn, dice: Dice): ReadonlySet<number> {
  const count = Math.ceil((hostCount * budgetPercent * 3) / 100);
  const canaries = switchedBy(batches[0]!, hostCount);
  return new Set(Array.from({ length: count * 2 }, () => dice.between(canaries, hostCount - 1)));
}

/** How many hosts a batch reaches, with those before it. */
export const switchedBy = (batch: Batch, hosts: number): number =>
  shareOf(typeof batch === 'number' ? { hosts: batch } : { percent: Number.parseFloat(batch) }, hosts);
