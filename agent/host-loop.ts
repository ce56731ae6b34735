import { apply, nextWakeMs } from '../domain/host/apply.ts';
import type { Effect } from '../domain/host/effects.ts';
import { isDurable, type HostEvent } from '../domain/host/events.ts';
import { isReplacing, ownService } from '../domain/host/own-service.ts';
import type { HostState } from '../domain/host/service-state.ts';
import { transition } from '../domain/host/transition.ts';
import type { HostMemoryStore } from './state/host-memory.ts';

/** The one place where a host's state changes. */
export interface HostLoop {
  readonly state: HostState;
  /** Resolves when the event has taken effect and, if it is durable, can't be lost. Never waits for effects. */
  dispatch(event: HostEvent): Promise<void>;
  /** Called after each change, until unsubscribed. */
  onChange(listener: (state: HostState) => void): () => void;
  /** Lets the turn under way end; events after that are dropped. */
  stop(): Promise<void>;
}

export interface HostLoopOptions {
  readonly memory: HostMemoryStore;
  readonly carryOut: (effect: Effect) => void;
  /** Memory that can't be written is the end of the agent: what it would do next could not be remembered. */
  readonly onFatal: (error: unknown) => void;
  readonly now: () => number;
  /** A clock that nobody sets. Default: that of this process. */
  readonly steady?: () => number;
}

/** A clock that runs a little fast or slow is followed; one that differs by more was set. */
const setAtMs = 1_000;

/** How far the clock was set since the last look, in ms, by the steady one; 0 when it wasn't. */
function watchClock(now: () => number, steady: () => number): { setByMs(): number } {
  let offset = now() - steady();
  return {
    setByMs() {
      const byMs = now() - steady() - offset;
      offset += byMs;
      return Math.abs(byMs) < setAtMs ? 0 : Math.round(byMs);
    },
  };
}

/** A timer can't be set further ahead. */
const longestTimerMs = 2 ** 31 - 1;

export function startHostLoop(options: HostLoopOptions): HostLoop {
  const { memory, carryOut, onFatal, now, steady = () => performance.now() } = options;
  let state = memory.remembered;
  let turn = Promise.resolve();
  let stopped = false;
  let wake: NodeJS.Timeout | undefined;
  const listeners = new Set<(state: HostState) => void>();

  const clock = watchClock(now, steady);

  const takeTurn = async (event: HostEvent): Promise<void> => {
    if (stopped) return;
    const byMs = clock.setByMs();
    if (byMs !== 0) state = transition(state, { type: 'clockSet', byMs, atMs: now() });
    if (isDurable(event)) await memory.append(event);
    const applied = apply(state, event);
    state = applied.state;
    for (const listener of listeners) listener(state);
    for (const effect of applied.effects) carryOut(effect);
    // A new agent writes no snapshot before it is confirmed: the one before must find what it can read.
    if (!isReplacing(state.services.get(ownService))) await memory.compact(state);
    setWake();
  };
  const setWake = (): void => {
    clearTimeout(wake);
    const at = stopped ? null : nextWakeMs(state, now());
    if (at === null) return;
    wake = setTimeout(() => void dispatch({ type: 'tick', atMs: now() }), Math.min(at - now() + 1, longestTimerMs));
  };
  const dispatch = (event: HostEvent): Promise<void> => {
    turn = turn
      .then(() => takeTurn(event))
      .catch((error: unknown) => {
        stopped = true;
        onFatal(error);
      });
    return turn;
  };

  return {
    get state() {
      return state;
    },
    dispatch,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async stop() {
      await turn;
      stopped = true;
      clearTimeout(wake);
    },
  };
}
