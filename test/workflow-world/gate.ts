import { Context } from '@temporalio/activity';

/** Holds activities up until the test lets them through. */
export interface Gate {
  /** Activities that wait here. */
  waiting(): number;
  open(): void;
  /** Heartbeats while it waits. Rejects when the activity is cancelled. */
  pass(): Promise<void>;
}

export function createGate(): Gate {
  const opened = Promise.withResolvers<void>();
  let waiting = 0;
  return {
    waiting: () => waiting,
    open: () => opened.resolve(),
    pass: async () => {
      waiting += 1;
      const beating = setInterval(() => Context.current().heartbeat(), 200);
      try {
        await Promise.race([opened.promise, Context.current().cancelled]);
      } finally {
        clearInterval(beating);
        waiting -= 1;
      }
    },
  };
}
