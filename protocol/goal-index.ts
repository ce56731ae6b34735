import type { KeyObject } from 'node:crypto';
import { z } from 'zod';
import type { Digest, Generation, RegionName, ServiceName } from '../domain/names.ts';
import { canonicalJson } from './canonical-json.ts';
import { signDocument, verifyDocument, type Envelope } from './dsse.ts';
import { regionField, serviceField, timeField } from './fields.ts';
import { isIncluded, merkleTree } from './merkle-tree.ts';

export const goalIndexType = 'application/vnd.slipway.goal-index.v1+json';

const rootField = z.string().regex(/^[0-9a-f]{64}$/);

/**
 * What a region's director says of all its goals at once: whoever holds back a new goal of one service, or mixes goals of
 * different times, can't prove them by it. Signed at each change and each minute; hosts install nothing without a fresh one.
 */
export const goalIndexSchema = z.strictObject({
  format: z.literal('slipway.goal-index/1'),
  region: regionField,
  /** Grows with each signature: seconds of the region's clock, or last + 1. */
  version: z.int().min(1),
  issuedAt: timeField,
  expiresAt: timeField,
  /** Leaves of the tree, in the order of services' names. */
  size: z.int().min(0).max(100_000),
  /** Merkle root (protocol/merkle-tree.ts) over them, hex. */
  root: rootField,
});
export type GoalIndex = z.infer<typeof goalIndexSchema>;

/** One goal as the index has it. */
export interface IndexedGoal {
  readonly service: ServiceName;
  readonly generation: Generation;
  /** Digest of the canonical JSON of its envelope. */
  readonly etag: Digest;
}

/** That a goal is in the index: about 350 bytes for one of 500. */
export const goalProofSchema = z.object({
  service: serviceField,
  place: z.int().min(0).max(100_000),
  path: z.array(rootField).max(17),
});
export type GoalProof = z.infer<typeof goalProofSchema>;

/** The tree that an index is the root of. */
export interface GoalTree {
  readonly size: number;
  readonly root: string;
  /** `null` for a service that has no goal. */
  proofOf(service: ServiceName): GoalProof | null;
}

export function goalTree(goals: readonly IndexedGoal[]): GoalTree {
  const sorted = goals.toSorted((a, b) => (a.service < b.service ? -1 : 1));
  const places = new Map(sorted.map(({ service }, place) => [service, place]));
  const { root, pathOf } = merkleTree(sorted.map(leafOf));
  return {
    size: sorted.length,
    root: root.toString('hex'),
    proofOf(service) {
      const place = places.get(service);
      return place === undefined ? null : { service, place, path: pathOf(place).map((hash) => hash.toString('hex')) };
    },
  };
}

const leafOf = ({ service, generation, etag }: IndexedGoal): string => canonicalJson({ etag, generation, service });

/** Whether the index vouches for this very goal. */
export function isProven({ size, root }: GoalIndex, goal: IndexedGoal, proof: GoalProof): boolean {
  const path = proof.path.map((hash) => Buffer.from(hash, 'hex'));
  return isIncluded({ leaf: leafOf(goal), place: proof.place, size, path }, Buffer.from(root, 'hex'));
}

/** Hosts may install by it for so long: an outage of some hours stops nothing, and no goal is held back for longer. */
const lifetimeMs = 6 * 60 * 60 * 1000;

export function goalIndex(region: RegionName, version: number, nowMs: number, { size, root }: GoalTree): GoalIndex {
  const [issuedAt, expiresAt] = [nowMs, nowMs + lifetimeMs].map((ms) => new Date(ms).toISOString()) as [string, string];
  return { format: 'slipway.goal-index/1', region, version, issuedAt, expiresAt, size, root };
}

export const signGoalIndex = (index: GoalIndex, directorKey: KeyObject): Envelope =>
  signDocument(goalIndexType, index, directorKey);

export type VerifiedIndex =
  { readonly ok: true; readonly index: GoalIndex } | { readonly ok: false; readonly reason: string };

/** Signed by this director, well made, and of this region. Whether it is old is for the host's memory and clock to say. */
export function verifyGoalIndex(envelope: Envelope, region: RegionName, director: KeyObject): VerifiedIndex {
  const refuse = (reason: string): VerifiedIndex => ({ ok: false, reason: `the goal index ${reason}` });
  const verified = verifyDocument(envelope, goalIndexType, [director]);
  if (!verified.ok) return refuse(`is not signed by the director of ${region} (${verified.reason})`);
  const parsed = goalIndexSchema.safeParse(verified.payload);
  if (!parsed.success) return refuse(`is malformed at ${parsed.error.issues[0]?.path.join('.') ?? 'its root'}`);
  return parsed.data.region === region
    ? { ok: true, index: parsed.data }
    : refuse(`is of region ${parsed.data.region}`);
}
