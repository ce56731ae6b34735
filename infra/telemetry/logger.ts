import { isSpanContextValid, trace } from '@opentelemetry/api';
import { pino } from 'pino';
import type { DestinationStream, Logger } from 'pino';

export type { Logger } from 'pino';

/** Fields that may hold a secret, whatever their case: never in a log (docs/design.md §8, promise 12). */
const secretFields = [
  'authorization',
  'Authorization',
  'token',
  'Token',
  'approvalToken',
  'password',
  'secret',
  'cookie',
  'set-cookie',
  'apiKey',
  'privateKey',
  'x-hub-signature-256',
  'connectionString',
];
/** How deep below the logged object a secret is looked for. */
const depths = ['', '*.', '*.*.', '*.*.*.'];

const redactedPaths = depths.flatMap((prefix) =>
  secretFields.map((field) => (/^\w+$/.test(field) ? `${prefix}${field}` : `${prefix.replace(/\.$/, '')}["${field}"]`)),
);

export interface LoggerOptions {
  /** `api`, `control`, `region-eu-west`: which process speaks. */
  readonly program: string;
  readonly level: string;
  /** Standard output unless said. */
  readonly destination?: DestinationStream;
}

/** JSON lines with RFC 3339 times, the level as a word, and the ids of the span that is active where they are written. */
export function createLogger(options: LoggerOptions): Logger {
  return pino(
    {
      level: options.level,
      base: { program: options.program, pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ level }) },
      redact: { paths: redactedPaths, censor: '[redacted]' },
      mixin: activeTrace,
      serializers: { error: pino.stdSerializers.err },
    },
    options.destination ?? pino.destination({ fd: 1, sync: true }),
  );
}

function activeTrace(): object {
  const context = trace.getActiveSpan()?.spanContext();
  return context !== undefined && isSpanContextValid(context)
    ? { trace_id: context.traceId, span_id: context.spanId }
    : {};
}
