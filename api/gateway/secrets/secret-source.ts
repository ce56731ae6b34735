import type { ServiceName } from '../../../domain/names.ts';

/** `absent`: there is no such secret. `unreadable`: nobody can say now. `reason` is for people, and holds nothing of a value. */
export type SecretRead =
  | { readonly found: true; readonly value: Buffer }
  | { readonly found: false; readonly why: 'absent' | 'unreadable'; readonly reason: string };

/** Where a region keeps its secrets. Read anew each time: what was rotated is given at the next start. */
export interface SecretSource {
  read(service: ServiceName, name: string): Promise<SecretRead>;
}
