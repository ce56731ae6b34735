export interface Turns {
  /** Runs work in the order in which it was asked for, each when the one before is over, also when that failed. */
  inTurn<T>(work: () => Promise<T>): Promise<T>;
  /** Nothing runs, and nothing waits for its turn. */
  isIdle(): boolean;
}

export function oneAtATime(): Turns {
  let last: Promise<unknown> = Promise.resolve();
  let open = 0;
  const over = (): void => void (open -= 1);
  return {
    inTurn: <T>(work: () => Promise<T>): Promise<T> => {
      open += 1;
      const turn = last.then(work);
      last = turn.then(over, over);
      return turn;
    },
    isIdle: () => open === 0,
  };
}
