import type { Following } from '../goal/takeover.ts';
import type { OwedStep } from './replaces.ts';

/**
 * Why a region whose row has fenced what it owes owes it no longer; `null` while it does. Who is held from inside is where a
 * hold would have put it; a finish waits there until people bring the region on.
 */
export function settlementOf(
  kind: OwedStep['kind'],
  follow: Following['follow'],
): 'applied' | 'undone' | 'overtaken' | null {
  switch (follow) {
    case 'undone':
      return 'undone';
    case 'give up':
      return 'overtaken';
    case 'held':
      return kind === 'hold' ? 'applied' : null;
    case 'take over':
      return null;
  }
}
