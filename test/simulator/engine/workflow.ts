/**
 * As much of Temporal as order needs: a workflow is a function of the events it was told, in their order, so it can be
 * built again from them. Nothing here knows the world; what a workflow asks for comes out as commands.
 */
import { Fault } from './work.ts';
import type { Asked, Spawned, Wait, Work } from './work.ts';

/** What one workflow can do besides waiting. */
export interface Outside {
  spawn<T>(name: string, work: Work<T>): Spawned<T>;
  /** Ends everything whose name begins so. */
  cancel(prefix: string): void;
  signal(to: string, name: string, payload: object): void;
  startChild(id: string, kind: string, input: object, whenParentCloses: 'terminate' | 'abandon'): void;
  cancelChild(id: string): void;
}

export interface Workflow {
  /** Everything it knows beside where it waits. */
  readonly knows: object;
  readonly main: Work<unknown>;
  readonly on: Readonly<Record<string, (payload: never) => void>>;
}

export type Told =
  | { readonly told: 'start' }
  | { readonly told: 'answer'; readonly to: string; readonly answer: unknown }
  | { readonly told: 'fault'; readonly to: string }
  | { readonly told: 'timer'; readonly to: string }
  | { readonly told: 'signal'; readonly name: string; readonly payload: object };

export type Command =
  | { readonly do: 'ask'; readonly by: string; readonly asked: Asked }
  | { readonly do: 'timer'; readonly by: string; readonly what: string; readonly ms: number }
  | { readonly do: 'forget'; readonly by: string }
  | { readonly do: 'signal'; readonly to: string; readonly name: string; readonly payload: object }
  | {
      readonly do: 'child';
      readonly id: string;
      readonly kind: string;
      readonly input: object;
      readonly whenParentCloses: 'terminate' | 'abandon';
    }
  | { readonly do: 'cancel'; readonly id: string }
  | { readonly do: 'close'; readonly result: unknown };

interface Fiber {
  readonly work: Work<unknown>;
  readonly spawned: Spawned<unknown>;
  waits: Exclude<Wait, { readonly on: 'checkpoint' }> | null;
  /** Answers since its last checkpoint: with what the workflow knows they say where it stands. */
  trail: unknown[];
}

export class RunningWorkflow {
  readonly #fibers = new Map<string, Fiber>();
  readonly #workflow: Workflow;
  #commands: Command[] = [];

  constructor(open: (outside: Outside) => Workflow) {
    this.#workflow = open({
      spawn: (name, work) => this.#spawn(name, work),
      cancel: (prefix) => this.#cancel(prefix),
      signal: (to, name, payload) => void this.#commands.push({ do: 'signal', to, name, payload }),
      startChild: (id, kind, input, whenParentCloses) =>
        void this.#commands.push({ do: 'child', id, kind, input, whenParentCloses }),
      cancelChild: (id) => void this.#commands.push({ do: 'cancel', id }),
    });
  }

  /** What it does because of that. */
  tell(told: Told): readonly Command[] {
    this.#commands = [];
    if (told.told === 'start') this.#spawn('main', this.#workflow.main);
    else if (told.told === 'signal') this.#workflow.on[told.name]?.(told.payload as never);
    else this.#wake(told);
    this.#untilNothingMoves();
    return this.#commands;
  }

  /** Equal for two runs that go on alike. */
  standing(): string {
    const fibers = [...this.#fibers].map(([name, { trail, waits }]) => [name, labelOf(waits), trail]);
    return JSON.stringify([this.#workflow.knows, fibers]);
  }

  #spawn<T>(name: string, work: Work<T>): Spawned<T> {
    const spawned: Spawned<T> = { name, over: false, result: null, fault: null };
    const fiber: Fiber = { work, spawned: spawned as Spawned<unknown>, waits: null, trail: [] };
    this.#fibers.set(name, fiber);
    this.#resume(name, fiber, (one) => one.next());
    return spawned;
  }

  #cancel(prefix: string): void {
    for (const [name, { waits }] of this.#fibers) {
      if (!name.startsWith(prefix)) continue;
      this.#fibers.delete(name);
      if (waits?.on === 'activity' || waits?.timer) this.#commands.push({ do: 'forget', by: name });
    }
  }

  #wake(told: Extract<Told, { readonly to: string }>): void {
    const fiber = this.#fibers.get(told.to);
    if (fiber === undefined || fiber.waits === null) return;
    if (told.told === 'fault') return this.#resume(told.to, fiber, (work) => work.throw(new Fault('no answer')));
    const value = told.told === 'answer' ? told.answer : false;
    fiber.trail.push(value);
    this.#resume(told.to, fiber, (work) => work.next(value));
  }

  #untilNothingMoves(): void {
    for (;;) {
      const ready = [...this.#fibers].find(([, { waits }]) => waits?.on === 'condition' && waits.test());
      if (ready === undefined) return;
      const [name, fiber] = ready;
      if (fiber.waits?.on === 'condition' && fiber.waits.timer) this.#commands.push({ do: 'forget', by: name });
      fiber.trail.push(true);
      this.#resume(name, fiber, (work) => work.next(true));
    }
  }

  #resume(name: string, fiber: Fiber, step: (work: Work<unknown>) => IteratorResult<Wait, unknown>): void {
    fiber.waits = null;
    try {
      let said = step(fiber.work);
      while (!said.done && said.value.on === 'checkpoint') {
        fiber.trail = [];
        said = fiber.work.next();
      }
      if (said.done) return this.#over(name, fiber, said.value, null);
      this.#waits(name, fiber, said.value);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      this.#over(name, fiber, null, error);
    }
  }

  #waits(name: string, fiber: Fiber, wait: Wait): void {
    if (wait.on === 'checkpoint') return;
    // It was cancelled by what it did itself.
    if (this.#fibers.get(name) !== fiber) return;
    fiber.waits = wait;
    if (wait.on === 'activity') this.#commands.push({ do: 'ask', by: name, asked: wait.asked });
    else if (wait.timer !== null && !wait.test()) this.#commands.push({ do: 'timer', by: name, ...wait.timer });
  }

  #over(name: string, fiber: Fiber, result: unknown, fault: Fault | null): void {
    if (this.#fibers.get(name) === fiber) this.#fibers.delete(name);
    Object.assign(fiber.spawned, { over: true, result, fault });
    if (name !== 'main') return;
    if (fault !== null) throw fault;
    this.#commands.push({ do: 'close', result });
  }
}

const labelOf = (waits: Fiber['waits']): string =>
  waits === null ? '' : waits.on === 'activity' ? waits.asked.name : (waits.timer?.what ?? 'condition');
