import { createRequire } from 'node:module';
import type { SpanContext } from '@opentelemetry/api';
import { resources } from '@opentelemetry/sdk-node';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import { OpenTelemetryPlugin } from '@temporalio/interceptors-opentelemetry';
import type { OpenTelemetryPluginOptions } from '@temporalio/interceptors-opentelemetry';
import { activeTracing } from './tracing.ts';

/** Goes into `workflowInterceptorModules` of the bundle: spans of workflows, made in their isolate. */
export const workflowTracingModule = createRequire(import.meta.url).resolve(
  '@temporalio/interceptors-opentelemetry/lib/workflow-interceptors',
);

/**
 * Traces starts, messages, workflows and activities: give it to `Client`, `Worker.create` and `bundleWorkflowCode` as
 * `plugins: [temporalTracing()]`. Without `register.ts` (in tests) it hands on trace context and keeps no span.
 */
export function temporalTracing(): OpenTelemetryPlugin {
  const options = { resource: activeTracing()?.resource ?? resources.emptyResource(), spanProcessor: workflowSpans };
  // The plugin's types are those of OpenTelemetry SDK 1, ours of SDK 2; `withSdk2Fields` bridges what differs at run time.
  return new OpenTelemetryPlugin(options as unknown as OpenTelemetryPluginOptions);
}

/** A span as the isolate hands it over: in SDK 1's shape. */
type IsolateSpan = Omit<ReadableSpan, 'parentSpanContext' | 'instrumentationScope'> & {
  readonly parentSpanId?: string;
  readonly instrumentationLibrary: ReadableSpan['instrumentationScope'];
};

const workflowSpans = {
  onStart(): void {},
  onEnd(span: IsolateSpan): void {
    for (const processor of activeTracing()?.processors ?? []) processor.onEnd(withSdk2Fields(span));
  },
  async forceFlush(): Promise<void> {},
  async shutdown(): Promise<void> {},
};

function withSdk2Fields(span: IsolateSpan): ReadableSpan {
  const own = span.spanContext();
  const parent: SpanContext | undefined =
    span.parentSpanId === undefined
      ? undefined
      : { traceId: own.traceId, spanId: span.parentSpanId, traceFlags: own.traceFlags };
  return { ...span, instrumentationScope: span.instrumentationLibrary, ...(parent && { parentSpanContext: parent }) };
}
