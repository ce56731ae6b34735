import { existsSync } from 'node:fs';
import type { FileOperation } from './file-operation.ts';

/** What becomes of an operation, by its number; the first is 1. */
export type Plan =
  | { readonly do: 'watch' }
  | { readonly do: 'kill'; readonly when: 'before' | 'after'; readonly at: number }
  /** `until`: that one alone, or all from it on that need space, until what is set aside for that was freed. */
  | {
      readonly do: 'fail';
      readonly code: 'EIO' | 'ENOSPC' | 'EDQUOT' | 'EMFILE';
      readonly at: number;
      readonly until: 'passed' | 'freed';
    }
  /** That one is made, and is said to have failed. */
  | { readonly do: 'fail-late'; readonly at: number }
  /** From that one on there is no inode but those that the program itself gives back. */
  | { readonly do: 'inodes'; readonly at: number };

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
  readonly plan: Plan;
  /** How often the plan made an operation fail. */
  refusals = 0;
  #count = 0;
  #running = 0;
  #freed = false;
  #freeInodes = 0;
  #state: 'alive' | 'dead' | 'buried' = 'alive';
  readonly #held: (() => void)[] = [];
  #tellKilled: () => void = () => undefined;

  constructor(plan: Plan) {
    this.plan = plan;
    this.killed = new Promise((resolve) => (this.#tellKilled = resolve));
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
    const gives = inodesOf(operation);
    const result = await this.#counted(perform);
    this.#done(n, operation, gives);
    this.#failLate(n, operation);
    return this.#state !== 'alive' || this.#killedAfter(n) ? this.#hold() : result;
  }

  changeNow<T>(operation: FileOperation, perform: () => T): T {
    const n = this.#state === 'alive' ? this.#begin(operation) : null;
    if (n === null) throw new BuriedError();
    const gives = inodesOf(operation);
    const result = perform();
    this.#done(n, operation, gives);
    this.#failLate(n, operation);
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
    const code = this.#refusal(n, operation);
    if (code !== null) this.#fail(code, operation);
    return n;
  }

  #failLate(n: number, operation: FileOperation): void {
    if (this.plan.do === 'fail-late' && n === this.plan.at) this.#fail('EIO', operation);
  }

  #fail(code: string, { kind, path }: FileOperation): never {
    this.refusals += 1;
    if (kind === 'sync' || kind === 'syncAll') this.operations.push({ kind: `${kind}Failed`, path });
    throw Object.assign(new Error(`${code}: injected, ${kind}`), { code });
  }

  #refusal(n: number, operation: FileOperation): string | null {
    const { plan } = this;
    if (plan.do === 'inodes') return n >= plan.at && this.#freeInodes < -inodesOf(operation) ? 'ENOSPC' : null;
    if (plan.do !== 'fail') return null;
    const due = plan.until === 'passed' ? n === plan.at : n >= plan.at && !this.#freed && needSpace.has(operation.kind);
    return due ? plan.code : null;
  }

  #done(n: number, operation: FileOperation, gives: number): void {
    this.operations.push(operation);
    this.#freed ||= operation.kind === 'unlink' && operation.path.endsWith(setAside);
    if (this.plan.do === 'inodes' && n >= this.plan.at) this.#freeInodes += gives;
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

/** How many it gives back; below 0: takes. Asked before it is done. */
function inodesOf(operation: FileOperation): number {
  switch (operation.kind) {
    case 'create':
      return existsSync(operation.path) ? 0 : -1;
    case 'mkdir':
    case 'symlink':
      return -1;
    case 'unlink':
    case 'rmdir':
      return 1;
    case 'rename':
      return existsSync(operation.to) ? 1 : 0;
    default:
      return 0;
  }
}
