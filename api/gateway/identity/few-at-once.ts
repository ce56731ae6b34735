export interface FewAtOnce {
  readonly atOnce: number;
  /** Whoever comes beyond those that are under way and these is refused at once. */
  readonly mostWaiting: number;
  /** Whose turn comes later than this is refused as well: nobody listens any more. */
  readonly patienceMs: number;
}

/** @throws what `refuse` gives, for who is not let in */
type InTurn = <Result>(act: () => Promise<Result>, refuse: () => Error) => Promise<Result>;

/** Lets a few act at once, others in the order in which they came. */
export function fewAtOnce(
  { atOnce, mostWaiting, patienceMs }: FewAtOnce,
  now: () => number = () => performance.now(),
): InTurn {
  const waiting: (() => void)[] = [];
  let under = 0;
  async function turn(refuse: () => Error): Promise<void> {
    // Who has ended gives its place to who waits: nobody that comes at that moment gets in between.
    if (under < atOnce) under += 1;
    else if (waiting.length < mostWaiting) await new Promise<void>((go) => waiting.push(go));
    else throw refuse();
  }
  function end(): void {
    const next = waiting.shift();
    if (next === undefined) under -= 1;
    else next();
  }
  return async (act, refuse) => {
    const cameAtMs = now();
    await turn(refuse);
    try {
      if (now() - cameAtMs > patienceMs) throw refuse();
      return await act();
    } finally {
      end();
    }
  };
}
