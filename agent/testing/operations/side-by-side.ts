/** So many hosts at once: their agents mostly wait. */
const hostsAtOnce = 24;

/** Does the same with each of them, many at once. */
export async function sideBySide<T>(
  all: readonly T[],
  work: (one: T) => Promise<unknown>,
  atOnce = hostsAtOnce,
): Promise<void> {
  const waiting = [...all];
  const next = async (): Promise<void> => {
    for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) await work(one);
  };
  await Promise.all(Array.from({ length: atOnce }, next));
}
