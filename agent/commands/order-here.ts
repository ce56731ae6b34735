import type { LocalAnswer, LocalRequest } from '../local/local-request.ts';
import { reachAgent } from '../local/take-over.ts';
import { carryOutWithoutAgent } from '../local/without-agent.ts';
import { openLog } from '../log.ts';
import type { OpenHost } from '../open-host.ts';
import { exitCodes } from './command-error.ts';
import { reportError } from './report-error.ts';
import type { Surroundings } from './surroundings.ts';

export interface Ordered {
  readonly answer: LocalAnswer;
  /** Where this process stands in for the agent, and has something to carry out. */
  readonly host: OpenHost | null;
  /** Gives the host back, once: keeper and instance run on, and an agent may start. */
  end(): Promise<void>;
}

type Order = Exclude<LocalRequest, { readonly do: 'status' }>;

/** Told to the agent; done here where none answers. */
export async function orderHere(order: Order, around: Surroundings): Promise<Ordered> {
  const { directory, config, env } = around;
  const reached = await reachAgent(directory, order);
  if (reached.by === 'agent') return { answer: reached.answer, host: null, end: () => Promise.resolve() };
  around.tell(
    reached.killed
      ? 'the agent was frozen and was ended; doing it without it\n'
      : 'no agent runs; doing it without one\n',
  );
  const onFatal = (error: unknown): never => {
    reportError(error, around.line.json);
    process.exit(exitCodes.fault);
  };
  const log = openLog('warn', 'slipway-agent', (text) => around.tell(text));
  try {
    const { answer, host } = await carryOutWithoutAgent(order, { ...config, directory, env, log, onFatal });
    let ended: Promise<void> | undefined;
    const giveBack = async (): Promise<void> => {
      await host?.close();
      reached.lock.release();
    };
    return { answer, host, end: () => (ended ??= giveBack()) };
  } catch (error) {
    reached.lock.release();
    throw error;
  }
}
