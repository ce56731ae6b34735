/**
 * What a deployment and its regions say to each other. Each function gives the mistake in one sentence, or `null`.
 */
import type { DeploymentNumber } from '../names.ts';
import { missingBecause } from '../progress/missing-hosts.ts';
import {
  count,
  flag,
  generation,
  listOf,
  mistakeIn,
  name,
  number,
  oneOf,
  orAbsent,
  orNull,
  recordOf,
  text,
} from '../shape.ts';
import { regionStates } from '../states.ts';

/** Of `pauseRegion` and `resumeRegion`. */
export const controlMistake = (message: unknown): string | null =>
  mistakeIn(message, { controlRevision: count, tellSequence: orAbsent(count) });

/** Of `endRegionUndo`. */
export const endRegionUndoMistake = (message: unknown): string | null => mistakeIn(message, { reason: text });

const hosts = recordOf({ total: count, switched: count, healthy: count, failed: count });
const attempt = recordOf({ deployment: number, local: count });
const mostNamed = 100;
const namedHosts = recordOf({ count, hosts: listOf(text, mostNamed) });
const missing = recordOf(Object.fromEntries(missingBecause.map((why) => [why, orAbsent(namedHosts)])));

/** Of `regionProgress`: what an undo writes goes by the attempt that it names. */
export function regionReportMistake(message: unknown, deployment: DeploymentNumber): string | null {
  const mistake = mistakeIn(message, {
    region: name,
    state: oneOf(regionStates),
    batch: count,
    batches: count,
    hosts,
    reason: orNull(text),
    missing: orAbsent(missing),
    held: flag,
    attempt,
    generation,
    event: text,
    message: text,
  });
  if (mistake !== null) return mistake;
  const { attempt: of } = message as { readonly attempt: { readonly deployment: number } };
  return of.deployment === deployment ? null : `this is deployment ${deployment}`;
}
