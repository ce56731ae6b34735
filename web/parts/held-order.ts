export type RowKey = string | number;

/** Rows that were there keep their order; those that came since stand last. */
export function inHeldOrder<Row>(rows: readonly Row[], keyOf: (row: Row) => RowKey, held: readonly RowKey[]): Row[] {
  const placeOf = (row: Row): number => {
    const place = held.indexOf(keyOf(row));
    return place === -1 ? held.length : place;
  };
  return rows.toSorted((a, b) => placeOf(a) - placeOf(b));
}
