import { expect, test } from '@jest/globals';
import { TraceFlags, context, trace } from '@opentelemetry/api';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { createLogger } from './logger.ts';

function logged(write: (log: ReturnType<typeof createLogger>) => void): Record<string, unknown> {
  const lines: string[] = [];
  write(createLogger({ program: 'api', level: 'info', destination: { write: (line) => void lines.push(line) } }));
  return JSON.parse(lines.join('')) as Record<string, unknown>;
}

test('a line says when, how grave, and which program', () => {
  expect(logged((log) => log.info('ready'))).toMatchObject({
    level: 'info',
    program: 'api',
    pid: process.pid,
    msg: 'ready',
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
  });
});

test('promise 12: what may hold a secret is not logged, at any depth that is logged in practice', () => {
  const secret = 'xyzzy';
  const headers = { authorization: `Bearer ${secret}`, 'x-hub-signature-256': secret, cookie: secret, accept: '*/*' };
  const line = logged((log) =>
    log.info({ token: secret, request: { headers }, a: { b: { password: secret } } }, 'seen'),
  );
  expect(JSON.stringify(line)).not.toContain(secret);
  expect(line).toMatchObject({ token: '[redacted]', request: { headers: { accept: '*/*' } } });
});

test('an error is logged with its message and stack', () => {
  expect(logged((log) => log.warn({ error: new RangeError('too far') }, 'no'))).toMatchObject({
    error: { type: 'RangeError', message: 'too far', stack: expect.stringContaining('logger.test') },
  });
});

test('a line carries the ids of the span that it was written in', () => {
  new NodeTracerProvider().register();
  const span = {
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: 'b7ad6b7169203331',
    traceFlags: TraceFlags.SAMPLED,
  };
  const within = trace.setSpanContext(context.active(), span);
  expect(logged((log) => context.with(within, () => log.info('here')))).toMatchObject({
    trace_id: span.traceId,
    span_id: span.spanId,
  });
  trace.disable();
  context.disable();
});
