import type { ReactNode } from 'react';

export interface Column<Row> {
  readonly name: string;
  readonly cell: (row: Row) => ReactNode;
  readonly className?: string;
}

interface RowTableProps<Row> {
  /** The first one names the row. */
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string | number;
  readonly className?: string;
}

/** A table whose rows become cards on a phone: there each cell says the name of its column. */
export function RowTable<Row>({ columns: [first, ...others], rows, keyOf, className = '' }: RowTableProps<Row>) {
  return (
    <table className={`cards ${className}`.trim()}>
      <thead>
        <tr>
          {[first!, ...others].map(({ name }) => (
            <th scope="col" key={name}>
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={keyOf(row)}>
            <th scope="row">{first!.cell(row)}</th>
            {others.map(({ name, cell, className: cellClass }) => (
              <td key={name} data-label={name} className={cellClass}>
                {cell(row)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
