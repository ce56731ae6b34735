import type { ObjectReference } from '../../protocol/api/object-reference.ts';
import type { DialogFlags, DialogTarget } from '../dialog.ts';
import type { Session } from '../session.ts';

export interface VerbFlags extends DialogFlags {
  readonly hold?: true;
  readonly confirm?: string;
  readonly incident?: string;
}

export type Target = Extract<ObjectReference, { kind: 'deployment' }>;

/** What a dialog is of. */
export const asked = ({ service, deployment }: Target, verb: DialogTarget['verb']) => ({
  service,
  verb,
  deployment,
});

/** @param idempotencyKey of its dialog */
export const callOf = ({ interrupted: signal }: Session, { service, deployment }: Target, idempotencyKey?: string) => ({
  path: { service, deployment },
  signal,
  ...(idempotencyKey !== undefined && { idempotencyKey }),
});
