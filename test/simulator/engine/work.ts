/** What a mirrored workflow is written in: generators that say what they wait for, as the real ones say it with `await`. */

/** An activity that ends here only in a fault of the infrastructure (workflows/faults.ts). */
export class Fault extends Error {}

/** An activity as it is asked for. */
export interface Asked {
  /** `centre`, or the name of a region. */
  readonly place: string;
  readonly name: string;
  readonly input: object;
  /** Gives up with a `Fault` when the place doesn't answer; else it is repeated until it does. */
  readonly givesUp?: boolean;
  /** Told to end when nobody waits any more; others run on as zombies. */
  readonly isWatch?: boolean;
}

export interface TimerAsked {
  readonly what: string;
  readonly ms: number;
}

export type Wait =
  | { readonly on: 'activity'; readonly asked: Asked }
  | { readonly on: 'condition'; readonly test: () => boolean; readonly timer: TimerAsked | null }
  /** All that is known stands in the workflow's own data: what was answered before no longer matters. */
  | { readonly on: 'checkpoint' };

export type Work<T> = Generator<Wait, T, unknown>;

export function* activity<T>(place: string, name: string, input: object, how: Partial<Asked> = {}): Work<T> {
  return (yield { on: 'activity', asked: { place, name, input, ...how } }) as T;
}

/** False when the timer came first. */
export function* until(test: () => boolean, timer: TimerAsked | null = null): Work<boolean> {
  return (yield { on: 'condition', test, timer }) as boolean;
}

export function* sleep(what: string, ms: number): Work<void> {
  yield* until(() => false, { what, ms });
}

export function* checkpoint(): Work<void> {
  yield { on: 'checkpoint' };
}

/** Work that runs beside the one which began it. */
export interface Spawned<T> {
  readonly name: string;
  over: boolean;
  result: T | null;
  fault: Fault | null;
}

/** `Promise.all` over what was spawned. @throws Fault the first of them */
export function* allOver<T>(works: readonly Spawned<T>[]): Work<readonly T[]> {
  yield* until(() => works.every(({ over }) => over));
  return works.map(resultOf);
}

export function resultOf<T>({ result, fault }: Spawned<T>): T {
  if (fault !== null) throw fault;
  return result as T;
}
