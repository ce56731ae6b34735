import { useCallback, useRef, useState } from 'react';
import { clockTime } from '../../domain/progress/plain-text.ts';
import { notUndoneText } from '../../domain/progress/not-undone-text.ts';
import { listLeftHosts, type Deployment, type LeftHostPage } from '../client/api.ts';
import { useResource, type Resource } from '../live/use-resource.ts';
import { ProblemPanel } from '../parts/problem-panel.tsx';
import { TimeAgo } from '../parts/time-ago.tsx';
import { useKeptFocus } from '../parts/use-kept-focus.ts';

/** What an undo has left for people; nothing where that is nothing. */
export function NotUndone({ deployment, now }: { readonly deployment: Deployment; readonly now: number }) {
  const { notUndone = [], service, number } = deployment;
  if (notUndone.length === 0) return null;
  return (
    <section aria-label="Not undone">
      <h2>Not undone</h2>
      <ul>
        {notUndone.map((left) => (
          <li key={`${left.what} ${left.name}`}>{notUndoneText(left)}</li>
        ))}
      </ul>
      {notUndone.some(({ what }) => what === 'hosts') && <LeftHosts service={service} deployment={number} now={now} />}
    </section>
  );
}

/** What is shown at once stays small, however many are left. */
const onPage = 50;
const readEveryMs = 30_000;

interface LeftHostsProps {
  readonly service: string;
  readonly deployment: number;
  readonly now: number;
}

/** Each by its name, a page at a time, read anew while it is shown: hosts come back, or are deployed to. */
function LeftHosts({ service, deployment, now }: LeftHostsProps) {
  const [cursors, setCursors] = useState<readonly string[]>([]);
  const group = useRef<HTMLDivElement>(null);
  const left = useLeftHosts({ service, deployment, cursor: cursors.at(-1) ?? null }, Math.floor(now / readEveryMs));
  const next = left.data?.next ?? null;
  const kept = useKeptFocus(group, `${cursors.length} ${next ?? ''} ${left.data === null}`);
  return (
    <div ref={group} tabIndex={-1} {...kept}>
      {left.problem !== null && <ProblemPanel problem={left.problem} onTryAgain={left.reload} />}
      {left.data !== null && (
        <p className="quiet">
          read <TimeAgo at={left.data.readAt} now={now} /> ago
        </p>
      )}
      <table aria-label="Hosts that are not back">
        <thead>
          <tr>
            {['Region', 'Host', 'Runs', 'Why', 'Since'].map((title) => (
              <th key={title} scope="col">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {(left.data?.items ?? []).map(({ region, host, runs, why, since, goneAt }) => (
            <tr key={`${region} ${host}`}>
              <td>{region}</td>
              <td>{host}</td>
              <td>{runs ?? 'nothing'}</td>
              <td>{why}</td>
              <td>{goneAt === null ? clockTime(since) : `${clockTime(since)} until ${clockTime(goneAt)}`}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {cursors.length > 0 && (
        <button type="button" onClick={() => setCursors(cursors.slice(0, -1))}>
          Hosts before these
        </button>
      )}
      {next !== null && (
        <button type="button" onClick={() => setCursors([...cursors, next])}>
          More hosts
        </button>
      )}
    </div>
  );
}

interface LeftPage extends LeftHostPage {
  /** By this browser's clock. */
  readonly readAt: string;
}

interface LeftAsked extends Omit<LeftHostsProps, 'now'> {
  readonly cursor: string | null;
}

function useLeftHosts({ service, deployment, cursor }: LeftAsked, version: number): Resource<LeftPage> {
  const read = useCallback(async (): Promise<LeftPage> => {
    const query = { deployment, limit: onPage, ...(cursor !== null && { cursor }) };
    return { ...(await listLeftHosts(service, query)), readAt: new Date().toISOString() };
  }, [service, deployment, cursor]);
  return useResource(read, version);
}
