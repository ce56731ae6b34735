import {
  ServiceError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { isGrpcServiceError } from '@temporalio/client';

/**
 * What a failed call to a workflow means for who called: `gone` (there is no open workflow), `refused` (its validator or
 * handler said no, `message` says why, `code` of which kind it is), `unreachable` (Temporal or the workflow's worker doesn't answer: nothing is
 * known). `null`: something else.
 */
export type CallFailure =
  | { readonly kind: 'gone' | 'unreachable' }
  | { readonly kind: 'refused'; readonly code: string | null; readonly message: string };

export function callFailure(error: unknown): CallFailure | null {
  if (error instanceof WorkflowNotFoundError) return { kind: 'gone' };
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) return { kind: 'unreachable' };
  if (error instanceof WorkflowUpdateFailedError) return updateFailure(error);
  if (error instanceof ServiceError || isGrpcServiceError(error) || isTimeout(error)) return { kind: 'unreachable' };
  return null;
}

/** An update that was in a workflow when it ended was neither taken nor refused by it. */
function updateFailure({ cause }: WorkflowUpdateFailedError): CallFailure {
  const type = (cause as { type?: unknown } | undefined)?.type;
  if (type === 'AcceptedUpdateCompletedWorkflow') return { kind: 'gone' };
  return { kind: 'refused', code: typeof type === 'string' ? type : null, message: cause?.message ?? 'refused' };
}

const isTimeout = (error: unknown): boolean =>
  error instanceof Error && (error.name === 'AbortError' || error.name === 'TimeoutError');
