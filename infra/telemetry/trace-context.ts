import { context, propagation, SpanStatusCode, trace } from '@opentelemetry/api';
import type { Attributes } from '@opentelemetry/api';
import { core } from '@opentelemetry/sdk-node';

/** W3C traceparent of the active span, to be stored beside what it causes later; `null` without a span. */
export function currentTraceparent(): string | null {
  const carrier: Record<string, string> = {};
  propagation.inject(context.active(), carrier);
  return carrier['traceparent'] ?? null;
}

/**
 * Runs `act` in a span that goes on with a stored trace, so that what was queued, or came over a database, stays in the
 * trace of the request that caused it. With `null` the span begins a trace of its own.
 */
export async function inTrace<R>(
  traceparent: string | null,
  spanName: string,
  attributes: Attributes,
  act: () => Promise<R>,
): Promise<R> {
  const parent = traceparent === null ? context.active() : propagation.extract(context.active(), { traceparent });
  return trace.getTracer('slipway').startActiveSpan(spanName, { attributes }, parent, async (span) => {
    try {
      return await act();
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR });
      throw error;
    } finally {
      span.end();
    }
  });
}

/** Runs `act` without spans: for what is asked every few seconds for ever. */
export const untraced = <R>(act: () => R): R => context.with(core.suppressTracing(context.active()), act);
