/** Work that may wait: of thousands of pieces a few now and then, while there is nothing else to do. */
export interface Leisure<Piece> {
  /** The first few are done at once, if there is time. */
  add(pieces: readonly Piece[]): void;
}

export interface LeisureOptions<Piece> {
  /** Whether something else is to be done first. */
  readonly isBusy: () => boolean;
  /** Whether a piece that waited has still to be done. */
  readonly isDue: (piece: Piece) => boolean;
  readonly everyMs?: number;
}

/** Two hundred a second: a host more costs a gateway a millisecond, and 10,000 are told within a minute. */
const atOnce = 20;
const usualMs = 100;

export function atLeisure<Piece>(
  work: (piece: Piece) => void,
  { isBusy, isDue, everyMs = usualMs }: LeisureOptions<Piece>,
): Leisure<Piece> {
  let pieces: Piece[] = []; // the next one is the last
  let timer: NodeJS.Timeout | null = null;
  function goOn(): void {
    timer = null;
    for (let done = 0; done < atOnce && !isBusy();) {
      const piece = pieces.pop();
      if (piece === undefined) return;
      if (!isDue(piece)) continue;
      work(piece);
      done += 1;
    }
    timer = setTimeout(goOn, everyMs).unref();
  }
  return {
    add(more) {
      pieces = [...more.toReversed(), ...pieces];
      if (timer === null) goOn();
    },
  };
}
