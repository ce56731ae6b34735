import { sleep } from './bell.ts';
import { GatewayError } from './gateway-error.ts';

/** A host's gateways, of which it uses one at a time, for as long as that one answers. */
export interface GatewaysInTurn {
  /** In the order in which they are gone to. */
  readonly gateways: readonly URL[];
  /**
   * Asks the one in use. When that gives no answer, or only faults of its own several times in a row, the next call goes to the next
   * one. The call itself is not repeated: whoever asks waits first, so that the hosts of a gateway that died don't come together.
   */
  ask<Answer>(signal: AbortSignal, call: Ask<Answer>): Promise<Answer>;
  /** As `ask`, for what may fail: after some minutes it tries the first again, and stays there when that answers. */
  askFirst<Answer>(signal: AbortSignal, call: Ask<Answer>): Promise<Answer>;
  /** As `ask`, until one answers or none does: for what something worse than an answer stands in for. */
  askEach<Answer>(signal: AbortSignal, call: Ask<Answer>): Promise<Answer>;
}

export type Ask<Answer> = (gateway: URL) => Promise<Answer>;

export interface InTurnOptions {
  /** Told of each change of the one in use, with why. */
  readonly onMove?: (to: URL, reason: string) => void;
  /** Monotonic, ms. */
  readonly now?: () => number;
  /** In [0, 1). */
  readonly random?: () => number;
}

/** In a row. A gateway sheds load, or loses its database for a moment, more often than it is broken by itself. */
const mostFaults = 3;
/** Until the first is tried again, spread over as much again: after a gateway's restart all its hosts are elsewhere. */
const awayMs = 300_000;
/** Before the next is asked for what can't wait for longer. */
const longestWaitMs = 1_000;

export function takeInTurn(gateways: readonly URL[], options: InTurnOptions = {}): GatewaysInTurn {
  const { onMove = () => undefined, now = () => performance.now(), random = Math.random } = options;
  const [count, used] = [gateways.length, { at: 0, faults: 0, tryFirstAtMs: Infinity }];
  const move = (to: number, reason: string): void => {
    if (to === used.at) return;
    Object.assign(used, { at: to, faults: 0 });
    onMove(gateways[to]!, reason);
  };
  const failed = (asked: number, error: unknown): void => {
    if (asked !== used.at || !(error instanceof GatewayError)) return;
    used.faults = error.status === 0 ? mostFaults : error.status >= 500 ? used.faults + 1 : 0;
    if (used.faults < mostFaults) return;
    used.tryFirstAtMs = now() + awayMs * (1 + random());
    move((asked + 1) % count, error.message);
  };
  const askAt = async <Answer>(asked: number, signal: AbortSignal, call: Ask<Answer>): Promise<Answer> => {
    try {
      const answer = await call(gateways[asked]!);
      if (asked === used.at) used.faults = 0;
      return answer;
    } catch (error) {
      // Whoever asked gave it up: that says nothing about the gateway.
      if (!signal.aborted) failed(asked, error);
      throw error;
    }
  };
  const ask: GatewaysInTurn['ask'] = (signal, call) => askAt(used.at, signal, call);
  return {
    gateways,
    ask,
    async askFirst(signal, call) {
      if (used.at === 0 || now() < used.tryFirstAtMs) return ask(signal, call);
      used.tryFirstAtMs = now() + awayMs * (1 + random());
      const answer = await askAt(0, signal, call);
      move(0, 'it answers again');
      return answer;
    },
    async askEach(signal, call) {
      for (let left = count - 1; ; left--) {
        try {
          return await ask(signal, call);
        } catch (error) {
          if (left === 0 || !(error instanceof GatewayError) || error.status !== 0) throw error;
          await sleep(longestWaitMs * random(), signal);
          signal.throwIfAborted();
        }
      }
    },
  };
}
