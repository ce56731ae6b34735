import type { Order, Verb } from './orders.ts';

/** Three dots: it asks before it acts. */
const verbWords: Readonly<Record<Verb, string>> = {
  approve: 'Approve…',
  'break-glass': 'Break glass…',
  reject: 'Reject…',
  pause: 'Pause',
  resume: 'Resume…',
  promote: 'Promote…',
  'skip-region': 'Skip region…',
  abort: 'Abort and undo…',
  rollback: 'Roll back…',
  deploy: 'Deploy…',
  retry: 'Retry…',
  redeploy: 'Redeploy…',
  review: 'Review…',
  lock: 'Lock…',
  unlock: 'Unlock…',
  'end-undo': 'End the undo…',
};

/** On a button. `isTouched`: hosts may have switched; elsewhere an abort has nothing to undo. */
export const verbWord = (verb: Verb, isTouched: boolean): string =>
  verb === 'abort' && !isTouched ? 'Abort…' : verbWords[verb];

/** What stops things stays usable with stale data: the workflow decides. */
const stopping: readonly Verb[] = ['pause', 'abort', 'lock', 'reject'];
export const isStopping = (verb: Verb): boolean => stopping.includes(verb);

/** What only stops is done at once; everything else is asked first. */
export const isAskedFirst = (verb: Verb): boolean => verb !== 'pause';

/** The fire exit doesn't jam: these are sent also when what they would do can't be read. The api never refuses them for it. */
export const isSentUnread = (verb: Verb): boolean => verb === 'pause' || verb === 'abort' || verb === 'lock';

/** What harms if it is meant for another object, or goes further back than anybody remembers: its name is typed. */
export const isTyped = ({ verb, to }: Pick<Order, 'verb' | 'to'>): boolean =>
  verb === 'end-undo' || verb === 'break-glass' || (verb === 'rollback' && to !== undefined);

/** What lets things go on stands left, what stops them right, far from it. */
const order: readonly Verb[] = [
  'approve',
  'resume',
  'promote',
  'skip-region',
  'review',
  'retry',
  'deploy',
  'redeploy',
  'unlock',
  'pause',
  'lock',
  'break-glass',
  'reject',
  'rollback',
  'abort',
  'end-undo',
];
export const inOrder = (verbs: readonly Verb[]): Verb[] => order.filter((verb) => verbs.includes(verb));
