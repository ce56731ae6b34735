/** Work that is done a few pieces a turn of the event loop, so that everything else is heard in between. */
export interface Turns<Piece> {
  /** `first` comes before all that waits and isn't urgent itself; a piece that waits already may be added again. */
  add(first: readonly Piece[], rest: readonly Piece[]): void;
}

/** An answer takes a fifth of a millisecond. */
const atOnce = 20;

/** The first pieces are done before `add` returns. */
export function inTurns<Piece>(
  work: (piece: Piece) => void,
  nextTurn: (turn: () => void) => void = setImmediate,
): Turns<Piece> {
  let [first, rest]: [Piece[], Piece[]] = [[], []]; // the next one is the last
  let goingOn = false;

  function turn(): void {
    const from = first.length > 0 ? first : rest;
    for (const piece of from.splice(-atOnce).toReversed()) work(piece);
    goingOn = first.length + rest.length > 0;
    if (goingOn) nextTurn(turn);
  }
  return {
    add(urgent, others) {
      first = [...urgent.toReversed(), ...first];
      rest = [...others.toReversed(), ...rest];
      if (!goingOn) turn();
    },
  };
}
