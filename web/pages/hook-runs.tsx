import { useState } from 'react';
import { hookLines } from '../../domain/progress/hook-text.ts';
import { listHookRuns, type Deployment, type HookRun, type Problem } from '../client/api.ts';
import { problemOf } from '../client/problem-of.ts';
import { ProblemPanel } from '../parts/problem-panel.tsx';

/** The hooks of its release; nothing where it has none. */
export function Hooks({ deployment }: { readonly deployment: Deployment }) {
  const { hooks, service, number } = deployment;
  if (hooks === undefined) return null;
  return (
    <section aria-label="Hooks">
      <h2>Hooks</h2>
      <dl>
        {hookLines(hooks).map(([label, text]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      <HookRuns service={service} deployment={number} />
    </section>
  );
}

/** What they did and printed, asked for when somebody wants to see it. */
function HookRuns({ service, deployment }: { readonly service: string; readonly deployment: number }) {
  const [runs, setRuns] = useState<readonly HookRun[] | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const read = (): void => {
    listHookRuns(service, deployment).then(
      ({ items }) => {
        setRuns(items);
        setProblem(null);
      },
      (error: unknown) => setProblem(problemOf(error)),
    );
  };
  return (
    <details onToggle={({ currentTarget }) => currentTarget.open && read()}>
      <summary>What the hooks printed</summary>
      {problem !== null && <ProblemPanel problem={problem} onTryAgain={read} />}
      {runs?.length === 0 && <p>None has run.</p>}
      {runs?.map((run) => (
        <Run key={`${run.place} ${run.does}`} run={run} />
      ))}
    </details>
  );
}

function Run({ run: { place, does, command, state, why, text, truncated } }: { readonly run: HookRun }) {
  const name = `${place}${does === 'undo' ? ', undo' : ''}`;
  return (
    <div>
      <p>
        {name}: <code>{command}</code> {state}
        {why !== null && `: ${why}`}
      </p>
      {truncated && <p className="quiet">Its end; the rest was cut off.</p>}
      {/* Takes the focus by itself, so that it is scrolled by keyboard, too. */}
      {text !== null && text !== '' && <textarea readOnly rows={6} aria-label={`What ${name} printed`} value={text} />}
    </div>
  );
}
