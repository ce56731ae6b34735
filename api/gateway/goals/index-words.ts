import { z } from 'zod';
import type { Envelope } from '../../../protocol/dsse.ts';
import { goalIndexSchema } from '../../../protocol/goal-index.ts';

/** What an index says of itself. */
export interface IndexWords {
  readonly version: number;
  /** In ms since 1970, by the region's clock. */
  readonly issuedAtMs: number;
}

const { version, issuedAt } = goalIndexSchema.shape;
/** Of an index that a newer worker signs, too, whatever else that says. */
const wordsSchema = z.object({ version, issuedAt });

/** For figures only: hosts verify it, a gateway doesn't. `null` for what is no index. */
export function indexWords({ payload }: Envelope): IndexWords | null {
  const text = Buffer.from(payload, 'base64').toString('utf8');
  const { data } = wordsSchema.safeParse(jsonIn(text));
  return data === undefined ? null : { version: data.version, issuedAtMs: Date.parse(data.issuedAt) };
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
