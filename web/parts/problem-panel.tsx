import { Link } from 'wouter';
import type { Problem } from '../client/api.ts';
import { codeOf } from '../client/problem-of.ts';
import { WithCode } from './with-code.tsx';

interface ProblemPanelProps {
  readonly problem: Problem;
  readonly onTryAgain?: () => void;
}

/** What could not be read or done, and what to do now. The rest of the page stays. */
export function ProblemPanel({ problem, onTryAgain }: ProblemPanelProps) {
  const { title, detail, next, requestId } = problem;
  return (
    <section className="problem" aria-label="Problem">
      <h2>{title}</h2>
      {detail !== undefined && (
        <p>
          <WithCode text={detail} />
        </p>
      )}
      {next !== undefined && (
        <p className="next">
          <WithCode text={next} />
        </p>
      )}
      {requestId !== undefined && (
        <p className="quiet">
          Request <code>{requestId}</code>
        </p>
      )}
      <p className="actions">
        {codeOf(problem) === 'sign-in' && (
          <Link className="button" href={signInPath()}>
            Sign in
          </Link>
        )}
        {onTryAgain !== undefined && (
          <button type="button" onClick={onTryAgain}>
            Try again
          </button>
        )}
      </p>
    </section>
  );
}

/** Leads back to where one came from, filters kept. */
export const signInPath = (): string =>
  `/signin?back=${encodeURIComponent(window.location.pathname + window.location.search)}`;
