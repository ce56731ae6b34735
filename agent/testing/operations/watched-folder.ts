import path from 'node:path';
import type { FileOperation, Interceptor } from './intercept-files.ts';

/** What becomes of an operation, by its number; the first is 1. */
export type Plan =
  | { readonly do: 'watch' }
  | { readonly do: 'kill'; readonly when: 'before' | 'after'; readonly at: number }
  /** `until`: that one alone, or all from it on that need space, until what is set aside for that was freed. */
  | {
      readonly do: 'fail';
      readonly code: 'EIO' | 'ENOSPC' | 'EMFILE';
      readonly at: number;
      readonly until: 'passed' | 'freed';
    };

/** A killed program gets this, long after, where it still waits; nothing it does about it has an effect. */
export class BuriedError extends Error {
  override readonly name = 'BuriedError';
  constructor() {
    super('killed');
  }
}

const needSpace: ReadonlySet<FileOperation['kind']> = new Set(['create', 'write', 'mkdir', 'symlink']);

const setAside = 'state/reserve';

/** One program's folder: it counts what the program does there, and does what the plan says. */
export class WatchedFolder {
  readonly operations: FileOperation[] = [];
  /** Resolves when the plan has killed the program. */
  readonly killed: Promise<void>;
  #count = 0;
  #running = 0;
  #freed = false;
  #state: 'alive' | 'dead' | 'buried' = 'alive';
  readonly #held: (() => void)[] = [];
  readonly plan: Plan;
  #tellKilled: () => void = () => undefined;

  constructor(plan: Plan) {
    this.plan = plan;
    this.killed = new Promise((resolve) => (this.#tellKilled = resolve));
  }

  get count(): number {
    return this.#count;
  }

  /** Whether the plan's operation came. */
  get reached(): boolean {
    return this.plan.do !== 'watch' && this.#count >= this.plan.at;
  }

  kill(): void {
    if (this.#state === 'alive') this.#state = 'dead';
    this.#tellKilled();
  }

  /** When what was under way at the end has ended. */
  async still(): Promise<void> {
    while (this.#running > 0) await new Promise((resolve) => setImmediate(resolve));
  }

  /** Lets a killed program's waits end, so that it can be forgotten. */
  bury(): void {
    this.#state = 'buried';
    for (const end of this.#held.splice(0)) end();
  }

  async change<T>(operation: FileOperation, perform: () => Promise<T>): Promise<T> {
    if (this.#state !== 'alive') return this.#hold();
    const n = this.#begin(operation);
    if (n === null) return this.#hold();
    const result = await this.#counted(perform);
    this.operations.push(operation);
    this.#freed ||= operation.kind === 'unlink' && operation.path.endsWith(setAside);
    return this.#state !== 'alive' || this.#killedAfter(n) ? this.#hold() : result;
  }

  changeNow<T>(operation: FileOperation, perform: () => T): T {
    const n = this.#state === 'alive' ? this.#begin(operation) : null;
    if (n === null) throw new BuriedError();
    const result = perform();
    this.operations.push(operation);
    if (this.#killedAfter(n)) throw new BuriedError();
    return result;
  }

  async read<T>(perform: () => Promise<T>): Promise<T> {
    if (this.#state !== 'alive') return this.#hold();
    const result = await perform();
    return this.#state === 'alive' ? result : this.#hold();
  }

  /** The operation's number, or null when the program is killed before it. @throws what the plan makes fail */
  #begin(operation: FileOperation): number | null {
    const n = ++this.#count;
    const { plan } = this;
    if (plan.do === 'kill' && plan.when === 'before' && n === plan.at) {
      this.kill();
      return null;
    }
    if (plan.do !== 'fail') return n;
    const due = plan.until === 'passed' ? n === plan.at : n >= plan.at && !this.#freed && needSpace.has(operation.kind);
    if (due) throw Object.assign(new Error(`${plan.code}: injected, ${operation.kind}`), { code: plan.code });
    return n;
  }

  async #counted<T>(perform: () => Promise<T>): Promise<T> {
    this.#running += 1;
    try {
      return await perform();
    } finally {
      this.#running -= 1;
    }
  }

  #killedAfter(n: number): boolean {
    const due = this.plan.do === 'kill' && this.plan.when === 'after' && n === this.plan.at;
    if (due) this.kill();
    return due;
  }

  #hold<T>(): Promise<T> {
    if (this.#state === 'buried') return Promise.reject(new BuriedError());
    return new Promise((_, reject) => this.#held.push(() => reject(new BuriedError())));
  }
}

/** Folders that are watched, each by its name below `parent`. */
export class WatchedFolders implements Interceptor {
  readonly #parent: string;
  readonly #folders = new Map<string, WatchedFolder>();

  constructor(parent: string) {
    this.#parent = `${parent}${path.sep}`;
  }

  watch(name: string, plan: Plan): WatchedFolder {
    const folder = new WatchedFolder(plan);
    this.#folders.set(name, folder);
    return folder;
  }

  forget(name: string): void {
    this.#folders.delete(name);
  }

  watches(file: string): boolean {
    return this.#of(file) !== undefined;
  }

  change<T>(operation: FileOperation, perform: () => Promise<T>): Promise<T> {
    return this.#of(operation.path)!.change(operation, perform);
  }

  changeNow<T>(operation: FileOperation, perform: () => T): T {
    return this.#of(operation.path)!.changeNow(operation, perform);
  }

  read<T>(file: string, perform: () => Promise<T>): Promise<T> {
    return this.#of(file)!.read(perform);
  }

  #of(file: string): WatchedFolder | undefined {
    if (!file.startsWith(this.#parent)) return undefined;
    return this.#folders.get(file.slice(this.#parent.length).split(path.sep, 1)[0]!);
  }
}
