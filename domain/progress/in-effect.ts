/** When what the api has accepted is in effect: each sentence goes on after "in effect". */
import type { OfferedVerb } from './offered-verbs.ts';

export type DeploymentVerb = Exclude<
  OfferedVerb,
  'deploy' | 'retry' | 'redeploy' | 'rollback' | 'lock' | 'unlock' | 'review'
>;

const ofDeployment: Readonly<Record<DeploymentVerb, string>> = {
  approve: 'once no approval is missing and the release is copied',
  'break-glass': 'once enough persons have broken it and the release is copied',
  reject: 'now: it ends, and what a stage before has begun goes back',
  pause: 'when the batches that were allowed have ended',
  resume: 'now: it goes on from where it stood',
  promote: 'once its hosts are found well; then the next stage begins',
  'skip-region': 'now: it goes on without it, and hosts there stay where they are',
  abort: 'now: it stops, and what it has begun goes back',
  'end-undo': 'now: it ends, and what is owed to its regions stays on record',
};

/** @param hold an abort leaves hosts where they are */
export const verbInEffect = (verb: DeploymentVerb, { hold = false }: { readonly hold?: boolean } = {}): string =>
  verb === 'abort' && hold ? 'now: it stops, and hosts stay where they are' : ofDeployment[verb];

export const rollbackInEffect = 'when its hosts report what they ran before; the lane stays locked after it';

interface InLane {
  /** `checkout/87` */
  readonly deployment: string;
}

/** The lane as it is once the verb was accepted. */
export interface LaneThen {
  readonly active: InLane | null;
  /** In the order in which it will start. */
  readonly queue: readonly InLane[];
}

export const lockInEffect = ({ active }: Pick<LaneThen, 'active'>): string =>
  active === null ? 'now' : `now for what comes next; ${active.deployment} goes on`;

export function unlockInEffect({ active, queue }: LaneThen): string {
  const [next] = queue;
  if (next === undefined) return 'now: nothing waits';
  return `now: ${next.deployment} starts${active === null ? '' : ` after ${active.deployment}`}`;
}
