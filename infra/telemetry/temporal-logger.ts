import { DefaultLogger } from '@temporalio/worker';
import type { LogEntry } from '@temporalio/worker';
import type { Logger } from './logger.ts';

const levels = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;

/** For `Runtime.install({ logger })`: what the SDK and workflows log becomes lines of the program's own log. */
export function temporalLogger(log: Logger): DefaultLogger {
  const own = log.child({ from: 'temporal' });
  return new DefaultLogger('INFO', ({ level, message, meta }: LogEntry) => own[levels[level]]({ ...meta }, message));
}
