import { ApplicationFailure } from '@temporalio/workflow';

/** What a validator throws: nothing is recorded. `code` says what kind of refusal it is, for machines. */
export const refusal = (code: 'refused' | 'lane-locked', message: string): ApplicationFailure =>
  ApplicationFailure.nonRetryable(message, code);

/** Refuses a message of the wrong shape. */
export function refuseMistake(mistake: string | null): void {
  if (mistake !== null) throw ApplicationFailure.nonRetryable(mistake, 'InvalidMessage');
}
