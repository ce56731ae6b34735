import { useState } from 'react';
import { showDeployment, type Deployment, type Problem } from '../client/api.ts';
import { requestToken } from '../actions/orders.ts';
import { randomKey } from '../actions/random-key.ts';
import { problemOf } from '../client/problem-of.ts';
import { CopyText } from '../parts/copy-text.tsx';
import { ProblemPanel } from '../parts/problem-panel.tsx';
import { approvalCommand } from './approval-command.ts';

interface ApprovalPanelProps {
  readonly deployment: Deployment;
}

/** A token for those who approve in Temporal's Web UI or CLI: both take the same as the button here. */
export function ApprovalPanel({ deployment: { service, number, links, approvals } }: ApprovalPanelProps) {
  const workflowId = `deployment:${service}:${number}`;
  const [token, setToken] = useState<string | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const ask = (): void => {
    makeToken(service, number, approvals?.stage ?? null).then(
      (made) => {
        setToken(made);
        setProblem(null);
      },
      (error: unknown) => setProblem(problemOf(error)),
    );
  };
  return (
    <details>
      <summary>Approve in Temporal’s Web UI or CLI instead</summary>
      <p>
        The workflow <code>{workflowId}</code> takes the signal <code>approve</code> with a token that says who agrees
        to exactly this plan.
        {links.temporal !== null && (
          <>
            {' '}
            <a href={links.temporal}>Open it in Temporal</a>, choose More Actions, Send a Signal, <code>approve</code>,
            and paste the input.
          </>
        )}
      </p>
      {problem !== null && <ProblemPanel problem={problem} />}
      {token === null ? (
        <button type="button" onClick={ask}>
          Make a token
        </button>
      ) : (
        <dl className="lines">
          <div>
            <dt>Input</dt>
            <dd>
              <CopyText text={JSON.stringify({ token })} label="the input" />
            </dd>
          </div>
          <div>
            <dt>Command</dt>
            <dd>
              <CopyText text={approvalCommand(workflowId, token, links.temporal)} label="the command" />
              <p className="quiet">
                Where Temporal’s frontend listens is your own setting: <code>TEMPORAL_ADDRESS</code>, a host and port.
              </p>
            </dd>
          </div>
        </dl>
      )}
    </details>
  );
}

/**
 * What is streamed of a deployment doesn't hold its plan, which never changes: it is asked for. `stage`: which one the person
 * was shown; another may ask by now.
 */
async function makeToken(service: string, number: number, stage: string | null): Promise<string> {
  const { binding } = await showDeployment(service, number);
  return await requestToken(
    'approve',
    service,
    number,
    { planDigest: binding?.planDigest ?? null, stage },
    randomKey(),
  );
}
