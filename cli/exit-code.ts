import type { Deployment } from '../protocol/api/deployment.ts';
import { problemCode, type ProblemCode } from '../protocol/api/problems.ts';
import { ApiProblemError, ApiUnreachableError } from './api-client.ts';
import { EndedMeanwhileError } from './ended-meanwhile.ts';
import { UsageError } from './usage-error.ts';

/** What a command says by ending: scripts rely on these numbers. */
export const exitCodes = {
  /** Done, or watched to success. */
  done: 0,
  /** Unexpected, or the api does not answer. */
  fault: 1,
  /** A flag, an argument or a setting is wrong. */
  usage: 2,
  /** Locked, policy, or the state has moved on. */
  refused: 3,
  /** Sign in, or not allowed. */
  notAllowed: 4,
  /** It did not get live, and nothing of it is left anywhere. */
  undone: 5,
  /** It failed, and not all is undone: a person is needed. */
  personNeeded: 6,
  /** Not over when the time was up. */
  notOver: 7,
  notFound: 8,
  /** Ctrl-C: the watching ended, nothing else. 128 and the signal's number, as shells count. */
  interrupted: 130,
} as const;

const ofProblem: Readonly<Record<ProblemCode, number>> = {
  'invalid-request': exitCodes.usage,
  'sign-in': exitCodes.notAllowed,
  'bad-signature': exitCodes.notAllowed,
  'not-enrolled': exitCodes.notAllowed,
  'certificate-ended': exitCodes.notAllowed,
  'host-revoked': exitCodes.notAllowed,
  'host-quarantined': exitCodes.notAllowed,
  'enrolment-refused': exitCodes.notAllowed,
  'not-allowed': exitCodes.notAllowed,
  'own-change': exitCodes.notAllowed,
  'not-found': exitCodes.notFound,
  'release-not-found': exitCodes.notFound,
  'release-not-ready': exitCodes.refused,
  'release-reverted': exitCodes.refused,
  'method-not-allowed': exitCodes.fault,
  'lane-locked': exitCodes.refused,
  frozen: exitCodes.refused,
  'state-changed': exitCodes.refused,
  refused: exitCodes.refused,
  'nothing-to-roll-back-to': exitCodes.refused,
  'too-large': exitCodes.usage,
  'unsupported-media-type': exitCodes.fault,
  'range-not-satisfiable': exitCodes.fault,
  'key-reused': exitCodes.fault,
  busy: exitCodes.fault,
  internal: exitCodes.fault,
  unavailable: exitCodes.fault,
};

export function exitCodeOfError(error: unknown): number {
  if (error instanceof UsageError) return exitCodes.usage;
  if (error instanceof ApiUnreachableError) return exitCodes.fault;
  if (error instanceof EndedMeanwhileError) return exitCodeOfDeployment(error.deployment);
  if (!(error instanceof ApiProblemError)) return exitCodes.fault;
  const code = problemCode(error.problem);
  return code === null ? exitCodes.fault : ofProblem[code];
}

/** Of a deployment that was watched; one that is still open was not over in time. */
export function exitCodeOfDeployment({ outcome, goesOnAs, pending, regions, notUndone = [] }: Deployment): number {
  // What is superseded goes on under another number, or with a newer merge.
  if (outcome === null) return exitCodes.notOver;
  // Or nowhere: a later release takes back what it would have brought.
  if (outcome === 'superseded') return goesOnAs === null ? exitCodes.refused : exitCodes.notOver;
  if (outcome === 'succeeded') return exitCodes.done;
  const left = regions.some(({ state }) => !cleanStates.has(state));
  return pending.length > 0 || left || notUndone.length > 0 ? exitCodes.personNeeded : exitCodes.undone;
}

/**
 * Of the undo of a deployment that a rollback was asked of: it is what was wanted. One that ended in another way is followed
 * by a rollback (`domain/lane/rollback-follow-up.ts`), so the service is not back yet.
 */
export function exitCodeOfUndo(deployment: Deployment): number {
  if (deployment.outcome !== 'undone') return exitCodes.notOver;
  const code = exitCodeOfDeployment(deployment);
  return code === exitCodes.undone ? exitCodes.done : code;
}

/** A region in one of these runs what it ran before: the deployment never began there, or was undone. */
const cleanStates: ReadonlySet<string> = new Set(['pending', 'replicating', 'ready', 'undone']);
