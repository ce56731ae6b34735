/** `?, ?, ?`, for a list in a query: one for each value. */
export const placeholders = (values: readonly unknown[]): string => values.map(() => '?').join(', ');
