import { Link, useLocation, useSearch } from 'wouter';
import { agoText } from '../parts/durations.ts';
import { hostsMark, markNames } from '../parts/marks.ts';
import { StateMark } from '../parts/state-mark.tsx';
import { filtered, regionsOf, type SettledRow } from './overview-rows.ts';
import { RegionCell, RegionsSummary } from './region-cell.tsx';

interface SettledTableProps {
  readonly rows: readonly SettledRow[];
  readonly now: number;
  readonly isStale: boolean;
}

const pageSize = 50;
/** More don't fit beside each other: they are counted. */
const mostColumns = 8;

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
  const states = markNames.filter((mark) =>
    rows.some(({ hosts }) => hosts.some((each) => hostsMark(each).mark === mark)),
  );
  const found = filtered(rows, { find: asked('find'), region: asked('region'), state: asked('state') });
  const pages = Math.max(1, Math.ceil(found.length / pageSize));
  const page = Math.min(Math.max(1, Math.floor(Number(asked('page'))) || 1), pages);
  const shown = found.slice((page - 1) * pageSize, page * pageSize);
  const columns = regions.length <= mostColumns ? regions : [];
  return (
    <section aria-label="Settled">
      <div className="heading">
        <h2>
          Settled{' '}
          <span className="count">
            {found.length === rows.length ? rows.length : `${found.length} of ${rows.length}`}
          </span>
        </h2>
        <Choice name="region" value={asked('region')} values={regions} onChoose={set} />
        <Choice name="state" value={asked('state')} values={states} onChoose={set} />
      </div>
      {found.length === 0 && <p>Nothing matches. Change the filter.</p>}
      {shown.length > 0 && (
        <table className="cards settled">
          <thead>
            <tr>
              <th scope="col">service</th>
              {columns.map((region) => (
                <th scope="col" key={region}>
                  {region}
                </th>
              ))}
              {columns.length === 0 && <th scope="col">regions</th>}
              <th scope="col">changed</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((row) => (
              <Row key={row.service.service} row={row} columns={columns} now={now} isStale={isStale} />
            ))}
          </tbody>
        </table>
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

interface RowProps {
  readonly row: SettledRow;
  readonly columns: readonly string[];
  readonly now: number;
  readonly isStale: boolean;
}

function Row({ row: { service, hosts, changedAt }, columns, now, isStale }: RowProps) {
  return (
    <tr>
      <th scope="row">
        <Link href={`/s/${service.service}`} data-row>
          {service.service}
        </Link>
        {service.lane.lock !== null && <StateMark mark="locked" word="locked" isStale={isStale} />}
      </th>
      {columns.map((region) => (
        <td key={region} data-label={region}>
          <RegionCell hosts={hosts.find((each) => each.region === region)} now={now} isStale={isStale} />
        </td>
      ))}
      {columns.length === 0 && (
        <td data-label="regions">
          <RegionsSummary hosts={hosts} isStale={isStale} />
        </td>
      )}
      <td data-label="changed" className="quiet">
        {changedAt === null ? 'never' : `${agoText(now - Date.parse(changedAt))} ago`}
      </td>
    </tr>
  );
}

interface ChoiceProps {
  readonly name: string;
  readonly value: string;
  readonly values: readonly string[];
  readonly onChoose: (name: string, value: string) => void;
}

function Choice({ name, value, values, onChoose }: ChoiceProps) {
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
