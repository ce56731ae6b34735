import { useState, type FocusEvent } from 'react';
import { inHeldOrder, type RowKey } from './held-order.ts';

export interface HeldOrder<Row> {
  readonly rows: readonly Row[];
  /** They would stand in another order now. */
  readonly isMoved: boolean;
  readonly takeNewOrder: () => void;
  /** For the element in which pointer and focus hold them. */
  readonly holding: {
    readonly onPointerEnter: () => void;
    readonly onPointerLeave: () => void;
    readonly tabIndex: -1;
    readonly onFocus: (event: FocusEvent<HTMLElement, Element>) => void;
    readonly onBlur: (event: FocusEvent<HTMLElement, Element>) => void;
  };
}

/** Rows that don't move under the pointer, nor under the focus: whoever aims at one hits it. */
export function useHeldOrder<Row>(newest: readonly Row[], keyOf: (row: Row) => RowKey): HeldOrder<Row> {
  const [isPointed, setPointed] = useState(false);
  const [isFocused, setFocused] = useState(false);
  const [held, setHeld] = useState<readonly RowKey[]>([]);
  const rows = isPointed || isFocused ? inHeldOrder(newest, keyOf, held) : newest;
  const keys = rows.map(keyOf);
  // What came since has its place from now on, too.
  if (keys.length !== held.length || keys.some((key, at) => key !== held[at])) setHeld(keys);
  return {
    rows,
    isMoved: rows.some((row, at) => keyOf(row) !== keyOf(newest[at]!)),
    takeNewOrder: () => setHeld(newest.map(keyOf)),
    holding: {
      tabIndex: -1,
      onPointerEnter: () => setPointed(true),
      onPointerLeave: () => setPointed(false),
      // Who clicked there holds them by the pointer.
      onFocus: ({ target }) => setFocused(target.matches(':focus-visible')),
      onBlur: ({ currentTarget, relatedTarget }) => setFocused(currentTarget.contains(relatedTarget)),
    },
  };
}
