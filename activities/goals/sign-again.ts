import type { GoalRow } from '../../domain/goal/goal.ts';
import type { RegionName, ServiceName } from '../../domain/names.ts';
import type { SignedGoal, StoredAdmission } from './goal-store.ts';
import { signGoal } from './sign-goal.ts';
import type { Director } from './sign-goal.ts';
import { indexSigner, type IndexSigner } from './sign-index.ts';

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
  replace(
    service: ServiceName,
    ageMs: number,
    sign: (goal: SignableGoal) => SignedGoal,
    signer: IndexSigner,
  ): Promise<boolean>;
  /** Signs the index anew if it is still older than `ageMs`, or if there is none. False when somebody was faster. */
  renewIndex(ageMs: number, signer: IndexSigner): Promise<boolean>;
}

/** Goals live for a day, so that many tries may fail before a host installs nothing for the lack of one. */
const signAgainAfterMs = 60 * 60 * 1000;

/** Looked after every twenty seconds, so that hosts hear of one that is hardly older than a minute. */
const renewIndexAfterMs = 35_000;

/** Renews the signatures that need it; several workers may do so at once. Returns the services that it did. */
export async function signAgain(
  signatures: GoalSignatures,
  director: Director,
  region: RegionName,
): Promise<readonly ServiceName[]> {
  const signed: ServiceName[] = [];
  const signer = indexSigner(director, region);
  for (const service of await signatures.listOlderThan(signAgainAfterMs)) {
    const sign = ({ row, admissions, nowMs }: SignableGoal) => signGoal(director, row, admissions, nowMs);
    if (await signatures.replace(service, signAgainAfterMs, sign, signer)) signed.push(service);
  }
  await signatures.renewIndex(renewIndexAfterMs, signer);
  return signed;
}
