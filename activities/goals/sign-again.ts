import type { GoalRow } from '../../domain/goal/goal.ts';
import type { NamedDirector } from '../../domain/region/directors.ts';
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
  /** Whether this director signs for the region from now on (`directorAfter`). */
  takeUp(director: NamedDirector): Promise<boolean>;
  /** Those older than `ageMs`, and those by another key than this. */
  listStale(ageMs: number, keyId: string): Promise<readonly ServiceName[]>;
  /**
   * Under the lock of the service's goal: replaces its signature if that is still stale, and nothing else.
   * False when somebody was faster.
   */
  replace(
    service: ServiceName,
    ageMs: number,
    keyId: string,
    sign: (goal: SignableGoal) => SignedGoal,
    signer: IndexSigner,
  ): Promise<boolean>;
  /** Signs the index anew if it is still stale, or if there is none. False when somebody was faster. */
  renewIndex(ageMs: number, keyId: string, signer: IndexSigner): Promise<boolean>;
}

/** Goals live for a day, so that many tries may fail before a host installs nothing for the lack of one. */
const signAgainAfterMs = 60 * 60 * 1000;

/** Looked after every twenty seconds, so that hosts hear of one that is hardly older than a minute. */
const renewIndexAfterMs = 35_000;

/**
 * Renews the signatures that need it, all of them when the director has a new key; several workers may do so at once. Returns
 * the services that it did; `null` where the region has a newer director: two that sign over each other would wake all hosts
 * each time.
 */
export async function signAgain(
  signatures: GoalSignatures,
  director: Director,
  region: RegionName,
  rootVersion: number,
): Promise<readonly ServiceName[] | null> {
  const { keyId } = director;
  const isTaken = () => signatures.takeUp({ keyId, rootVersion });
  if (!(await isTaken())) return null;
  const signed: ServiceName[] = [];
  const signer = indexSigner(director, region);
  for (const service of await signatures.listStale(signAgainAfterMs, keyId)) {
    // Thousands of goals take minutes: meanwhile this director is heard, or another has been taken up.
    if (!(await isTaken())) return null;
    const sign = ({ row, admissions, nowMs }: SignableGoal) => signGoal(director, row, admissions, nowMs);
    if (await signatures.replace(service, signAgainAfterMs, keyId, sign, signer)) signed.push(service);
  }
  await signatures.renewIndex(renewIndexAfterMs, keyId, signer);
  return signed;
}
