import { Link, useLocation, useSearch } from 'wouter';
import { agoText } from '../parts/durations.ts';
import { hostsShown } from '../../domain/progress/shown-state.ts';
import { RowTable, type Column } from '../parts/row-table.tsx';
import { StateMark } from '../parts/state-mark.tsx';
import { filtered, mostColumns, ownersOf, pageSizeFor, regionsOf, type SettledRow } from './settled-rows.ts';
import { RegionCell, RegionsSummary } from './region-cell.tsx';

interface SettledTableProps {
  readonly rows: readonly SettledRow[];
  readonly now: number;
  readonly isStale: boolean;
}

/** What runs where: filter and page live in the address, so that a copied link shows the same. */
export function SettledTable({ rows, now, isStale }: SettledTableProps) {
  const [, navigate] = useLocation();
  const query = new URLSearchParams(useSearch());
  const asked = (name: string): string => query.get(name) ?? '';
  const set = (name: string, value: string): void => {
    const next = new URLSearchParams(query);
    if (name !== 'page') next.delete('page');
    if (value === '') next.delete(name);
    else next.set(name, value);
    navigate(next.size === 0 ? '/' : `/?${next}`, { replace: name !== 'page' });
  };
  const regions = regionsOf(rows);
  const states = [...new Set(rows.flatMap(({ hosts }) => hosts.map((each) => hostsShown(each).word)))].toSorted();
  const [find, owner, region, state] = [asked('find'), asked('owner'), asked('region'), asked('state')];
  const found = filtered(rows, { find, owner, region, state });
  const pageSize = pageSizeFor(regions.length);
  const pages = Math.max(1, Math.ceil(found.length / pageSize));
  const page = Math.min(Math.max(1, Math.floor(Number(asked('page'))) || 1), pages);
  const shown = found.slice((page - 1) * pageSize, page * pageSize);
  return (
    <section aria-label="Settled">
      <div className="heading">
        <h2>
          Settled{' '}
          <span className="count">
            {found.length === rows.length ? rows.length : `${found.length} of ${rows.length}`}
          </span>
        </h2>
        <Choice name="owner" value={owner} values={ownersOf(rows)} onChoose={set} />
        <Choice name="region" value={region} values={regions} onChoose={set} />
        <Choice name="state" value={state} values={states} onChoose={set} />
      </div>
      {found.length === 0 && <p>Nothing matches. Change the filter.</p>}
      {shown.length > 0 && (
        <RowTable
          columns={columnsOf(regions, now, isStale)}
          rows={shown}
          keyOf={({ service }) => service.service}
          className="settled"
        />
      )}
      {pages > 1 && (
        <nav className="pages" aria-label="Pages">
          <button type="button" disabled={page === 1} onClick={() => set('page', String(page - 1))}>
            Before
          </button>
          <span>{`page ${page} of ${pages}`}</span>
          <button type="button" disabled={page === pages} onClick={() => set('page', String(page + 1))}>
            Next
          </button>
        </nav>
      )}
    </section>
  );
}

const columnsOf = (regions: readonly string[], now: number, isStale: boolean): Column<SettledRow>[] => [
  {
    name: 'service',
    cell: ({ service }) => (
      <>
        <Link href={`/s/${service.service}`} data-row>
          {service.service}
        </Link>
        {service.lane.lock !== null && <StateMark mark="lock" word="locked" isStale={isStale} />}
        {service.why !== null && <span className="reason">{service.why.cause}</span>}
      </>
    ),
  },
  ...(regions.length <= mostColumns
    ? regions.map((region) => regionColumn(region, now, isStale))
    : [summary(now, isStale)]),
  {
    name: 'changed',
    cell: ({ changedAt }) => (changedAt === null ? 'never' : `${agoText(now - Date.parse(changedAt))} ago`),
    className: 'quiet',
  },
];

const regionColumn = (region: string, now: number, isStale: boolean): Column<SettledRow> => ({
  name: region,
  cell: ({ hosts }) => <RegionCell hosts={hosts.find((each) => each.region === region)} now={now} isStale={isStale} />,
});

const summary = (now: number, isStale: boolean): Column<SettledRow> => ({
  name: 'regions',
  cell: ({ hosts }) => <RegionsSummary hosts={hosts} now={now} isStale={isStale} />,
});

interface ChoiceProps {
  readonly name: string;
  readonly value: string;
  readonly values: readonly string[];
  readonly onChoose: (name: string, value: string) => void;
}

function Choice({ name, value, values, onChoose }: ChoiceProps) {
  if (values.length === 0 && value === '') return null;
  return (
    <label>
      <span className="unseen">{name}</span>
      <select value={value} onChange={({ target }) => onChoose(name, target.value)}>
        <option value="">{`every ${name}`}</option>
        {/* What is filtered by stays visible, also when nothing has it any more. */}
        {(value === '' || values.includes(value) ? values : [...values, value]).map((each) => (
          <option key={each}>{each}</option>
        ))}
      </select>
    </label>
  );
}
