import type { Digest } from '../../domain/names.ts';
import type { Plan } from '../../domain/plan/plan.ts';
import { readPart, type BlobStore } from '../blob-store.ts';

/** The plan of this digest, as `planDeployment` kept it: what the digest names is what `domain/plan` decided. */
export async function readPlan(store: BlobStore, digest: Digest): Promise<Plan | null> {
  const sizeBytes = await store.sizeOf(digest);
  if (sizeBytes === null || sizeBytes > planMaxBytes) return null;
  const bytes = await readPart(store, { digest, sizeBytes });
  return bytes === null ? null : parsePlan(bytes.toString('utf8'));
}

function parsePlan(text: string): Plan | null {
  try {
    const value = JSON.parse(text) as Partial<Plan> | null;
    return value?.format === 'slipway.plan/1' ? (value as Plan) : null;
  } catch {
    return null;
  }
}

/** Far above a plan of 20 batches in 256 regions. */
const planMaxBytes = 1024 * 1024;
