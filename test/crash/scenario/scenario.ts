import { faultText, type Fault } from './fault.ts';
import { momentText, type Moment } from './moment.ts';

/** One run: a merge of the sample service, what people do with it, and what goes wrong meanwhile. */
export interface Scenario {
  readonly shape: Shape;
  /** Fails its health check. */
  readonly bad: boolean;
  /** How often the webhook is sent: the sender doesn't know that it arrived, and repeats it under another id. */
  readonly deliveries: number;
  readonly faults: readonly Fault[];
  readonly act: Act | null;
}

/** `freeze` of the fleet comes here, as an act of people beside `pause`, once there is such a verb. */
export const shapes = ['rollout', 'bad-release', 'rollback', 'abort', 'hold', 'pause', 'hotfix'] as const;
export type Shape = (typeof shapes)[number];

/** What a person does with the merge's deployment. */
export type Act = { readonly when: Moment } & (
  | { readonly verb: 'rollback' | 'abort' }
  /** Hosts stay where they are, and the next merge goes over a mixed fleet. */
  | { readonly verb: 'abort-hold'; readonly next: 'good' | 'bad' }
  /** Resumed after `forMs`. */
  | { readonly verb: 'pause'; readonly forMs: number }
  /** By a release that waits for it, built and never approved. `behind`: another merge is in the queue then. */
  | { readonly verb: 'hotfix'; readonly active: 'undo' | 'hold'; readonly behind: boolean }
);

export function scenarioText({ shape, bad, deliveries, faults, act }: Scenario): string {
  const what = bad && shape !== 'bad-release' ? `${shape} of a bad release` : shape;
  const sent = deliveries === 1 ? '' : `, delivered ${deliveries} times`;
  return [`${what}${sent}`, ...faults.map(faultText), ...(act === null ? [] : [actText(act)])].join('; ');
}

function actText(act: Act): string {
  const when = momentText(act.when);
  switch (act.verb) {
    case 'rollback':
    case 'abort':
      return `${act.verb} ${when}`;
    case 'abort-hold':
      return `abort with hold ${when}, then a ${act.next} release`;
    case 'pause':
      return `pause ${when}, for ${act.forMs / 1_000} s`;
    case 'hotfix':
      return `hotfix (${act.active})${act.behind ? ' before another merge' : ''} ${when}`;
  }
}
