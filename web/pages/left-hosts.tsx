import { useCallback, useEffect, useState } from 'react';
import { clockTime } from '../../domain/progress/plain-text.ts';
import { notUndoneText } from '../../domain/progress/not-undone-text.ts';
import { listLeftHosts, type Deployment, type LeftHost, type Problem } from '../client/api.ts';
import { problemOf } from '../client/problem-of.ts';
import { ProblemPanel } from '../parts/problem-panel.tsx';

/** What an undo has left for people; nothing where that is nothing. */
export function NotUndone({ deployment }: { readonly deployment: Deployment }) {
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
      {notUndone.some(({ what }) => what === 'hosts') && <LeftHosts service={service} deployment={number} />}
    </section>
  );
}

const onPage = 200;

/** Each by its name, a page at a time, to the last. */
function LeftHosts({ service, deployment }: { readonly service: string; readonly deployment: number }) {
  const [hosts, setHosts] = useState<readonly LeftHost[]>([]);
  const [next, setNext] = useState<string | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const read = useCallback(
    (cursor: string | null): void => {
      const query = { deployment, limit: onPage, ...(cursor !== null && { cursor }) };
      listLeftHosts(service, query).then(
        (page) => {
          setHosts((before) => (cursor === null ? page.items : [...before, ...page.items]));
          setNext(page.next);
          setProblem(null);
        },
        (error: unknown) => setProblem(problemOf(error)),
      );
    },
    [service, deployment],
  );
  useEffect(() => read(null), [read]);
  return (
    <>
      {problem !== null && <ProblemPanel problem={problem} onTryAgain={() => read(null)} />}
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
          {hosts.map(({ region, host, runs, why, since, goneAt }) => (
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
      {next !== null && (
        <button type="button" onClick={() => read(next)}>
          More hosts
        </button>
      )}
    </>
  );
}
