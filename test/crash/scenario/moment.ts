import type { DurableEvent } from '../../../domain/host/events.ts';
import type { DeploymentState } from '../../../domain/states.ts';

/** When something is done: by the clock, or as soon as something is seen; then `afterMs` later. */
export type Moment = { readonly afterMs: number } & (
  | { readonly once: 'delivered' }
  /** The projection shows a deployment of the run in this state. */
  | { readonly once: 'state'; readonly state: DeploymentState }
  /** The host's journal got an entry of this type. */
  | { readonly once: 'journal'; readonly host: string; readonly type: DurableEvent['type'] }
);

export function momentText(moment: Moment): string {
  const later = `${moment.afterMs} ms after`;
  switch (moment.once) {
    case 'delivered':
      return `${later} the delivery`;
    case 'state':
      return `${later} ${moment.state}`;
    case 'journal':
      return `${later} ${moment.type} of ${moment.host}`;
  }
}
