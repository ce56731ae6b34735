import { scopeText } from '../../domain/progress/fleet-text.ts';
import { digits } from '../../domain/progress/plain-text.ts';
import type { AddFreezeRequest, Fleet, Freeze } from '../client/api.ts';

export type Policy = Freeze['policy'];
export type Weekday = Extract<Freeze['when'], { every: 'week' }>['days'][number];

export const weekdays: readonly Weekday[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/** What becomes of deployments in progress, what harms least first. */
export const policies: readonly (readonly [Policy, string])[] = [
  ['hold', 'start no more batches'],
  ['finish', 'go on to their end'],
  ['undo', 'are undone'],
];

/** Of which of them that is not so; how many those are is known when each is asked. */
const exceptions: Readonly<Record<Policy, string>> = {
  hold: ', but for those past their point of no return, which end',
  finish: '',
  undo: '; those that may not be undone by themselves are held, those that have touched nothing wait, and those past their point of no return end',
};

/** As it stands in the fields. */
export interface FreezeForm {
  readonly policy: Policy;
  /** `cart, mail`; empty for all. */
  readonly services: string;
  readonly regions: string;
  readonly every: Freeze['when']['every'];
  /** Of `once`, by the browser's clock: `2026-12-20T18:00`; empty for now, and for until somebody ends it. */
  readonly begins: string;
  readonly ends: string;
  readonly days: readonly Weekday[];
  /** Of a week: `18:00`. */
  readonly from: string;
  readonly to: string;
  /** Of a year: `12-20`. */
  readonly firstDay: string;
  readonly lastDay: string;
  readonly timeZone: string;
}

export const emptyFreeze = (timeZone: string): FreezeForm => ({
  policy: 'hold',
  services: '',
  regions: '',
  every: 'once',
  begins: '',
  ends: '',
  days: ['fri', 'sat', 'sun'],
  from: '18:00',
  to: '06:00',
  firstDay: '12-20',
  lastDay: '01-03',
  timeZone,
});

/** What is asked for; whether that can be is the api's to say. */
export const freezeOf = (form: FreezeForm): Omit<AddFreezeRequest, 'reason'> => ({
  policy: form.policy,
  services: namesIn(form.services),
  regions: namesIn(form.regions),
  when: whenOf(form),
});

function whenOf(form: FreezeForm): AddFreezeRequest['when'] {
  const { every, begins, ends, days, from, to, firstDay, lastDay, timeZone } = form;
  if (every === 'week') return { every, timeZone, days: weekdays.filter((day) => days.includes(day)), from, to };
  if (every === 'year') return { every, timeZone, from: firstDay, to: lastDay };
  return { every, until: timeOf(ends), ...(begins !== '' && { from: timeOf(begins) ?? begins }) };
}

/** RFC 3339, UTC, of what a field for times holds; `null` when it is empty. */
export const timeOf = (local: string): string | null =>
  local === '' || Number.isNaN(Date.parse(local)) ? null : new Date(local).toISOString();

const namesIn = (text: string): string[] =>
  text.split(',').flatMap((name) => (name.trim() === '' ? [] : [name.trim()]));

/** What keeps it from being sent. */
export const isUnfinished = ({ every, days, begins, ends }: FreezeForm): boolean =>
  every === 'week' ? days.length === 0 : every === 'once' && begins !== '' && ends !== '' && ends <= begins;

/** `No deployment of cart in eu-west begins. Deployments in progress (2) start no more batches.` */
export function whatStops(
  { policy, services, regions }: Pick<FreezeForm, 'policy' | 'services' | 'regions'>,
  running: Fleet['running'],
): string {
  const scope = { services: namesIn(services), regions: namesIn(regions) };
  const meant = running.filter(
    (slot) =>
      (scope.services.length === 0 || scope.services.includes(slot.service)) &&
      (scope.regions.length === 0 || slot.regions.some((region) => scope.regions.includes(region))),
  );
  const passing = meant.filter(({ hasPass = false }) => hasPass).length;
  const become = policies.find(([each]) => each === policy)?.[1] ?? '';
  return [
    `No deployment of ${scopeText(scope)} begins.`,
    `Deployments in progress (${digits(meant.length - passing)}) ${become}${exceptions[policy]}.`,
    ...(passing === 0 ? [] : [`Hotfixes and those that were let pass (${digits(passing)}) go on.`]),
  ].join(' ');
}
