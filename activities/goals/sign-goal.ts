import type { KeyObject } from 'node:crypto';
import { goalContentOf } from '../../domain/goal/content.ts';
import type { GoalRow } from '../../domain/goal/goal.ts';
import type { Digest } from '../../domain/names.ts';
import { canonicalJson } from '../../protocol/canonical-json.ts';
import { digestOf } from '../../protocol/digest.ts';
import { keyId, signDocument, type Envelope } from '../../protocol/dsse.ts';
import { signGoalIndex, type GoalIndex } from '../../protocol/goal-index.ts';
import { goalDocument, goalType } from '../../protocol/goal.ts';
import type { GoalDocument } from '../../protocol/goal.ts';
import type { SignedGoal, StoredAdmission } from './goal-store.ts';

/** Signs with the region's director key. */
export interface Director {
  /** Of its key, as signatures name it. */
  readonly keyId: string;
  sign(document: GoalDocument): Envelope;
  signIndex(index: GoalIndex): Envelope;
}

export const directorOf = (key: KeyObject): Director => ({
  keyId: keyId(key),
  sign: (document) => signDocument(goalType, document, key),
  signIndex: (index) => signGoalIndex(index, key),
});

/** How long hosts may install by a goal that nobody signed again. Signed hourly, so an outage of a day stops nothing. */
const goalLifetimeMs = 24 * 60 * 60 * 1000;
/** protocol/goal.ts refuses more. */
const mostAdmissions = 16;

/** The goal that a row makes, valid from `nowMs` on. Signing a row again changes `issuedAt` and `expiresAt` only. */
export function signGoal(
  director: Director,
  row: GoalRow,
  admissions: readonly StoredAdmission[],
  nowMs: number,
): SignedGoal {
  const envelope = director.sign(
    goalDocument({
      ...goalContentOf(row),
      admissions: admissions.map(({ digest }) => digest),
      issuedAt: new Date(nowMs).toISOString(),
      expiresAt: new Date(nowMs + goalLifetimeMs).toISOString(),
    }),
  );
  return { envelope, etag: digestOf(canonicalJson(envelope)) };
}

/** Those that a host may still need, the most urgent first: of `next`, `base`, what is kept, and the way back. */
export function neededAdmissions(row: GoalRow, admissions: readonly StoredAdmission[]): readonly StoredAdmission[] {
  const releases = [row.next?.release.digest, row.base?.release.digest, ...row.keep, row.previous?.release.digest];
  const needed = [...new Set(releases)].flatMap((release: Digest | undefined) =>
    admissions.filter((admission) => admission.release === release).slice(-1),
  );
  return needed.slice(0, mostAdmissions);
}
