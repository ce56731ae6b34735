import type { DeploymentStep } from '../client/api.ts';
import { shortDuration } from '../parts/durations.ts';
import { stepShown } from '../../domain/progress/shown-state.ts';
import { StateMark } from '../parts/state-mark.tsx';
import { stepMs } from './deployment-parts.ts';

interface DeploymentStepsProps {
  readonly steps: readonly DeploymentStep[];
  readonly now: number;
  readonly isStale: boolean;
}

/** The way it goes, with how long each step took. */
export function DeploymentSteps({ steps, now, isStale }: DeploymentStepsProps) {
  if (steps.length === 0) return null;
  return (
    <section aria-label="Steps">
      <h2>Steps</h2>
      <ol className="steps">
        {steps.map((step) => {
          const ms = stepMs(step, now);
          return (
            <li key={`${step.kind} ${step.name}`} className={step.state}>
              <strong>{step.name}</strong>{' '}
              <StateMark {...stepShown(step)} isStale={isStale && step.state === 'running'} />
              {ms !== null && <span className="quiet">{shortDuration(ms)}</span>}
              {step.note !== null && <span className="quiet">{step.note}</span>}
            </li>
          );
        })}
      </ol>
    </section>
  );
}
