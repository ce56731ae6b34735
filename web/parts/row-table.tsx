import type { ReactNode } from 'react';
import type { RowKey } from './held-order.ts';
import { NewOrder } from './new-order.tsx';
import { useHeldOrder } from './use-held-order.ts';

export interface Column<Row> {
  readonly name: string;
  readonly cell: (row: Row) => ReactNode;
  readonly className?: string;
}

interface RowTableProps<Row> {
  /** The first one names the row. */
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => RowKey;
  readonly className?: string;
}

/** A table whose rows become cards on a phone: there each cell says the name of its column. */
export function RowTable<Row>({ columns, rows, keyOf, className = '' }: RowTableProps<Row>) {
  const order = useHeldOrder(rows, keyOf);
  return (
    <div {...order.holding}>
      <table className={`cards ${className}`.trim()}>
        <thead>
          <tr>
            {columns.map(({ name }) => (
              <th scope="col" key={name}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {order.rows.map((row) => (
            <Cells key={keyOf(row)} columns={columns} row={row} />
          ))}
        </tbody>
      </table>
      <NewOrder {...order} />
    </div>
  );
}

interface CellsProps<Row> {
  readonly columns: readonly Column<Row>[];
  readonly row: Row;
}

function Cells<Row>({ columns: [first, ...others], row }: CellsProps<Row>) {
  return (
    <tr>
      <th scope="row">{first!.cell(row)}</th>
      {others.map(({ name, cell, className }) => (
        <td key={name} data-label={name} className={className}>
          {cell(row)}
        </td>
      ))}
    </tr>
  );
}
