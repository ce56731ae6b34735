/** Work that is done a few pieces a turn of the event loop, so that everything else is heard in between. */
export interface Turns<Piece> {
  /** `first` comes before all that waits and isn't urgent itself; a piece that waits already may be added again. */
  add(first: readonly Piece[], rest: readonly Piece[]): void;
  /** Whether any piece waits. */
  isBusy(): boolean;
  /** Called in a turn when no piece waits any more, or after five seconds: a few a turn, too. */
  afterwards(call: () => void): void;
}

export interface TurnOptions {
  readonly nextTurn?: (turn: () => void) => void;
  readonly nowMs?: () => number;
}

/** An answer takes a fifth of a millisecond. */
const atOnce = 20;
/** Under the idle time-out of a connection, and under a host's patience. */
const longestHeldMs = 5_000;

/** The first pieces are done before `add` returns. */
export function inTurns<Piece>(
  work: (piece: Piece) => void,
  { nextTurn = setImmediate, nowMs = () => performance.now() }: TurnOptions = {},
): Turns<Piece> {
  let [first, rest]: [Piece[], Piece[]] = [[], []]; // the next one is the last
  let held: { readonly call: () => void; readonly untilMs: number }[] = [];
  let goingOn = false;

  const waits = (): boolean => first.length + rest.length > 0;
  function turn(): void {
    callHeld();
    const from = first.length > 0 ? first : rest;
    for (const piece of from.splice(-atOnce).toReversed()) work(piece);
    goingOn = waits() || held.length > 0;
    if (goingOn) nextTurn(turn);
  }
  function callHeld(): void {
    const now = nowMs();
    const due = waits() ? held.slice(0, atOnce).filter(({ untilMs }) => untilMs <= now) : held.slice(0, atOnce);
    held = held.slice(due.length);
    for (const { call } of due) call();
  }
  return {
    add(urgent, others) {
      first = [...urgent.toReversed(), ...first];
      rest = [...others.toReversed(), ...rest];
      if (!goingOn) turn();
    },
    isBusy: waits,
    afterwards(call) {
      held.push({ call, untilMs: nowMs() + longestHeldMs });
      if (goingOn) return;
      goingOn = true;
      nextTurn(turn);
    },
  };
}
