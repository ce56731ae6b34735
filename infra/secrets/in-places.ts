/** Work of which only so much goes on at a time; the rest waits in its order. */
export function inPlaces(places: number): { in<Result>(work: () => Promise<Result>): Promise<Result> } {
  let free = places;
  const waiting: (() => void)[] = [];
  return {
    async in(work) {
      if (free > 0) free -= 1;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      try {
        return await work();
      } finally {
        const next = waiting.shift();
        // Its place goes from one to the next.
        if (next === undefined) free += 1;
        else next();
      }
    },
  };
}
