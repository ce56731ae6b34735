import type { Client } from '@temporalio/client';
import { callFailure } from '../../../infra/temporal/failure-kind.ts';
import { ProblemError } from '../../http/problem-error.ts';

/**
 * People wait for the answer; after this it is not known whether the message arrived, and repeating it is safe. A pause
 * between two tries, up to 0.6 s, may end after the deadline: in all it is well below five seconds.
 */
export const answerMs = 3_500;
/** A page is shown without what only the workflow knows, rather than late. */
export const queryMs = 1_500;

/** @returns `null` when the newest run of the workflow has taken no update with this id @throws ProblemError */
export async function answerTo<Answer>(client: Client, workflowId: string, updateId: string): Promise<Answer | null> {
  const update = client.workflow.getHandle(workflowId).getUpdateHandle<Answer>(updateId);
  try {
    return await client.withDeadline(Date.now() + queryMs, () => update.result());
  } catch (error) {
    const failure = callFailure(error);
    if (failure?.kind === 'gone' || failure?.kind === 'refused') return null;
    throw failure === null ? error : unavailable();
  }
}

/** @throws ProblemError */
export async function answered<R>(client: Client, ms: number, call: () => Promise<R>): Promise<R> {
  try {
    return await client.withDeadline(Date.now() + ms, call);
  } catch (error) {
    const failure = callFailure(error);
    if (failure?.kind === 'refused') throw new ProblemError(refusalCode(failure.code), { detail: failure.message });
    if (failure?.kind === 'gone')
      throw new ProblemError('refused', {
        detail: 'the deployment is over, or has not begun',
        next: 'While it waits in the queue of its lane only abort does anything: it takes it out.',
      });
    if (failure?.kind === 'unreachable') throw unavailable();
    throw error;
  }
}

/** A lane that is locked says so by its code; all others say it in their message. */
const refusalCode = (code: string | null) => (code === 'lane-locked' ? code : 'refused');

const unavailable = (): ProblemError =>
  new ProblemError(
    'unavailable',
    {
      detail: 'Temporal did not answer, so it is not known whether this arrived',
      next: 'Send it again with the same Idempotency-Key: a repeat does nothing twice.',
    },
    2,
  );
