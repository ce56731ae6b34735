import type { GoalRow } from '../../domain/goal/goal.ts';
import type { ServiceName } from '../../domain/names.ts';
import type { SignedGoal, StoredAdmission } from './goal-store.ts';
import { signGoal } from './sign-goal.ts';
import type { Director } from './sign-goal.ts';

/** What a signature is made of. */
export interface SignableGoal {
  readonly row: GoalRow;
  readonly admissions: readonly StoredAdmission[];
  /** By the database's clock. */
  readonly nowMs: number;
}

/** Goals by the age of their signature. */
export interface GoalSignatures {
  listOlderThan(ageMs: number): Promise<readonly ServiceName[]>;
  /**
   * Under the lock of the service's goal: replaces its signature if it is still older than `ageMs`, and nothing else.
   * False when somebody was faster.
   */
  replace(service: ServiceName, ageMs: number, sign: (goal: SignableGoal) => SignedGoal): Promise<boolean>;
}

/** Goals live for a day, so that many tries may fail before a host installs nothing for the lack of one. */
const signAgainAfterMs = 60 * 60 * 1000;

/** Renews the signatures that need it; several workers may do so at once. Returns the services that it did. */
export async function signAgain(signatures: GoalSignatures, director: Director): Promise<readonly ServiceName[]> {
  const signed: ServiceName[] = [];
  for (const service of await signatures.listOlderThan(signAgainAfterMs)) {
    const replaced = await signatures.replace(service, signAgainAfterMs, ({ row, admissions, nowMs }) =>
      signGoal(director, row, admissions, nowMs),
    );
    if (replaced) signed.push(service);
  }
  return signed;
}
