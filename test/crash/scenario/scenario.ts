import type { FreezeKind, FreezePolicy } from '../../../domain/fleet/freeze.ts';
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

export const shapes = ['rollout', 'bad-release', 'rollback', 'abort', 'hold', 'pause', 'hotfix', 'freeze'] as const;
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
  | ({ readonly verb: 'freeze' } & FreezeAct)
);

export interface FreezeAct {
  readonly kind: FreezeKind;
  readonly policy: FreezePolicy;
  /** `region`: the last one that deployments go to. The line is stopped for all. */
  readonly over: 'all' | 'service' | 'region';
  /** By a person's word, or by the time that was given with it. */
  readonly endedBy: 'person' | 'clock';
  readonly forMs: number;
  /** Another merge comes while it is in effect. */
  readonly behind: boolean;
}

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
    case 'freeze':
      return `${freezeText(act)} ${when}, for ${act.forMs / 1_000} s${act.behind ? ', another merge meanwhile' : ''}`;
  }
}

/** `freeze of service (hold), ended by person` */
function freezeText({ kind, policy, over, endedBy }: FreezeAct): string {
  const what = kind === 'freeze' ? `freeze of ${over}` : kind;
  return `${what} (${policy}), ended by ${endedBy}`;
}
