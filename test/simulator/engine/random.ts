import { randomFrom } from '../../../domain/simulation/random.ts';

/** Numbers that a seed draws, always the same. */
export interface Random {
  /** In [0, 1). */
  unit(): number;
  /** A whole number in [0, below). */
  below(below: number): number;
  chance(probability: number): boolean;
  /** @throws RangeError of nothing */
  pick<T>(from: readonly T[]): T;
}

const { imul } = Math;

/** A seed is mixed first: neighbours would draw alike. */
export function seeded(seed: number): Random {
  const unit = randomFrom(imul(seed ^ 0x9e3779b9, 0x85ebca6b));
  const below = (limit: number): number => Math.floor(unit() * limit);
  return {
    unit,
    below,
    chance: (probability) => unit() < probability,
    pick(from) {
      if (from.length === 0) throw new RangeError('nothing to pick from');
      return from[below(from.length)]!;
    },
  };
}
