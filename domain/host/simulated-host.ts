import type { Digest, HostId, ServiceName } from '../names.ts';
import { apply } from './apply.ts';
import type { Effect } from './effects.ts';
import { isDurable, type DurableEvent, type HostEvent } from './events.ts';
import { decideRollback, type LocalRollback } from './local-rollback.ts';
import { newHost, type HostState, type Instance, type TakenGoal } from './service-state.ts';
import { replay } from './transition.ts';

/** What is left of a host when its agent is killed: disk and processes. */
interface World {
  journal: DurableEvent[];
  current: Digest | null;
  previous: Digest | null;
  trees: Digest[];
  running: Instance | null;
  started: Digest[];
}

/**
 * A host without disk, network or processes, for tests: it carries effects out in the steps of docs/host-agent.md, one at a
 * time, and its agent can be killed after any of them.
 */
export class SimulatedHost {
  readonly service = 'checkout' as ServiceName;
  readonly world: World = { journal: [], current: null, previous: null, trees: [], running: null, started: [] };
  readonly #bad: ReadonlySet<Digest>;
  #state: HostState;
  #effects: Effect[] = [];
  /** Steps until the agent is killed; never when negative. */
  #stepsLeft = -1;
  #nowMs = 1_000_000;
  #instances = 0;

  constructor(bad: readonly Digest[]) {
    this.#bad = new Set(bad);
    this.#state = emptyState();
    this.#recover();
  }

  get state(): HostState {
    return this.#state;
  }

  see(goal: TakenGoal): void {
    this.#dispatch({ type: 'goalSeen', service: this.service, goal, provenUntilMs: 1e15, atMs: this.#now() });
  }

  /** What its operator's rollback does, if there is anything to go back to. */
  rollBack(): LocalRollback {
    const decision = decideRollback(this.#state.services.get(this.service)!);
    if (decision.outcome === 'rollback' && !decision.repeats)
      this.#dispatch({ type: 'pinned', service: this.service, release: decision.release, atMs: this.#now() });
    return decision;
  }

  unpin(): void {
    this.#dispatch({ type: 'unpinned', service: this.service, atMs: this.#now() });
  }

  /** Works until there is nothing left to do, or the agent is killed after so many steps; then a fresh one takes over. */
  run(killAfterSteps = -1): void {
    this.#stepsLeft = killAfterSteps;
    try {
      for (let turns = 0; turns < 200 && this.#work(); turns++);
    } catch (error) {
      if (error !== killed) throw error;
      this.#stepsLeft = -1;
      this.#recover();
    }
  }

  #work(): boolean {
    const effect = this.#effects.shift();
    if (effect !== undefined) this.#carryOut(effect);
    const { running } = this.world;
    const health = this.#state.services.get(this.service)?.health;
    if (running !== null && health?.phase === 'starting') this.#check(running);
    else if (effect === undefined) return this.#tick();
    return true;
  }

  #carryOut(effect: Effect): void {
    const { world, service } = this;
    switch (effect.do) {
      case 'fetch':
        this.#dispatch({ type: 'fetchStarted', service, release: effect.release, atMs: this.#now() });
        this.#step(() => world.trees.push(effect.release));
        return this.#dispatch({ type: 'fetched', service, release: effect.release, atMs: this.#now() });
      case 'switch': {
        const { do: _do, ...intent } = effect;
        this.#dispatch({ type: 'switchIntended', ...intent, atMs: this.#now() });
        this.#step(() => (world.current = effect.to));
        return this.#dispatch({ type: 'switched', service, to: effect.to, atMs: this.#now() });
      }
      case 'start':
        this.#step(() => (world.running = null));
        this.#dispatch({ type: 'instanceStopped', service, purpose: 'restart', atMs: this.#now() });
        this.#step(() => this.#spawn(effect.release));
        return this.#dispatch({ type: 'instanceStarted', service, instance: world.running!, atMs: this.#now() });
      case 'stop':
        this.#step(() => (world.running = null));
        return this.#dispatch({ type: 'instanceStopped', service, purpose: 'stop', atMs: this.#now() });
      case 'confirm':
        return this.#dispatch({ type: 'confirmed', service, release: effect.release, atMs: this.#now() });
      case 'movePrevious':
        this.#step(() => (world.previous = effect.release));
        return this.#dispatch({ type: 'previousMoved', service, release: effect.release, atMs: this.#now() });
      case 'collect':
        this.#step(() => (world.trees = world.trees.filter((tree) => !effect.releases.includes(tree))));
        return this.#dispatch({ type: 'collected', service, releases: effect.releases, atMs: this.#now() });
      // No tree of this host is ever changed.
      case 'rebuild':
      case 'replaceTree':
      case 'cancelFetch':
        return;
    }
  }

  #spawn(release: Digest): void {
    const id = String(++this.#instances);
    const process = { pid: this.#instances, startTime: '1', bootId: 'boot' };
    this.world.running = { id, release, process, port: 1, health };
    this.world.started.push(release);
  }

  #check({ id, release }: Instance): void {
    const result = this.#bad.has(release)
      ? ({ outcome: 'failure', reason: 'answered 500' } as const)
      : ({ outcome: 'success' } as const);
    this.#dispatch({ type: 'healthObserved', service: this.service, instance: id, result, atMs: this.#now() });
  }

  #tick(): boolean {
    this.#dispatch({ type: 'tick', atMs: this.#now() });
    return this.#effects.length > 0;
  }

  #recover(): void {
    this.#effects = [];
    this.#state = replay(emptyState(), this.world.journal);
    const { current, previous, trees, running } = this.world;
    const found = { service: this.service, current, previous, onDisk: [...trees], instance: running, exit: null };
    this.#dispatch({ type: 'recovered', services: [found], atMs: this.#now() });
  }

  #dispatch(event: HostEvent): void {
    if (isDurable(event)) this.#step(() => this.world.journal.push(event));
    const { state, effects } = apply(this.#state, event);
    this.#state = state;
    this.#effects.push(...effects);
  }

  /** A change to the world, after which the agent may be gone. */
  #step(change: () => unknown): void {
    change();
    if (this.#stepsLeft-- === 0) throw killed;
  }

  #now(): number {
    return (this.#nowMs += 10);
  }
}

const killed = new Error('killed');
const health = { http: '/', startPeriodMs: 50, intervalMs: 10, timeoutMs: 5, healthyAfter: 2, unhealthyAfter: 2 };

const emptyState = (): HostState => newHost('eu-west-1' as HostId);
