import { useState } from 'react';
import { showBuildLog, type BuildLog as Log, type Problem } from '../client/api.ts';
import { problemOf } from '../client/problem-of.ts';
import { ProblemPanel } from '../parts/problem-panel.tsx';

/** What the build printed, asked for when somebody wants to see it. */
export function BuildLog({ service, release }: { readonly service: string; readonly release: number }) {
  const [log, setLog] = useState<Log | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const read = (): void => {
    showBuildLog(service, release).then(
      (found) => {
        setLog(found);
        setProblem(null);
      },
      (error: unknown) => setProblem(problemOf(error)),
    );
  };
  return (
    <details onToggle={({ currentTarget }) => currentTarget.open && read()}>
      <summary>{`Build log of @${release}`}</summary>
      {problem !== null && <ProblemPanel problem={problem} onTryAgain={read} />}
      {log?.truncated === true && <p className="quiet">Its end; the rest was cut off.</p>}
      {/* Takes the focus by itself, so that it is scrolled by keyboard, too. */}
      {log !== null && (
        <textarea
          readOnly
          rows={16}
          aria-label="What the build printed"
          value={log.text === '' ? 'It printed nothing.' : log.text}
        />
      )}
    </details>
  );
}
