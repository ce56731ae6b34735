import type { DurableEvent } from '../../../domain/host/events.ts';
import type { DeploymentState } from '../../../domain/states.ts';

/** One run: a merge of the sample service, what is killed while it is deployed, and what a person does meanwhile. */
export interface Scenario {
  /** `bad` fails its health check; `rolled-back` is good, and taken back by a person midway. */
  readonly kind: 'good' | 'bad' | 'rolled-back';
  /** How often the webhook is sent: the sender doesn't know that it arrived, and repeats it under another id. */
  readonly deliveries: number;
  readonly kills: readonly Kill[];
  readonly takenBack: TakenBack | null;
}

export interface TakenBack {
  readonly verb: 'rollback' | 'abort';
  readonly when: Moment;
}

export interface Kill {
  /** Killed one right after the other. */
  readonly victims: readonly Victim[];
  readonly when: Moment;
}

/** A program by its name in the supervisor (`control-worker`, `agent-eu-west-1`), or `keeper-<host>`. */
export type Victim = string;

/** When something is done: by the clock, or as soon as something is seen; then `afterMs` later. */
export type Moment = { readonly afterMs: number } & (
  | { readonly once: 'delivered' }
  /** The projection shows the deployment in this state. */
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

export function scenarioText({ kind, deliveries, kills, takenBack }: Scenario): string {
  const sent = deliveries === 1 ? '' : `, delivered ${deliveries} times`;
  const killed = kills.map(({ victims, when }) => `kill ${victims.join(' and ')} ${momentText(when)}`);
  const back = takenBack === null ? [] : [`${takenBack.verb} ${momentText(takenBack.when)}`];
  return [`${kind}${sent}`, ...killed, ...back].join('; ');
}
