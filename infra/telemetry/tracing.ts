import path from 'node:path';
import type { Instrumentation } from '@opentelemetry/instrumentation';
import { ExpressInstrumentation, ExpressLayerType } from '@opentelemetry/instrumentation-express';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import { NodeSDK, resources } from '@opentelemetry/sdk-node';
import { BatchSpanProcessor } from '@opentelemetry/sdk-trace-node';
import type { SpanExporter, SpanProcessor } from '@opentelemetry/sdk-trace-node';
import type { Environment } from '../config/environment.ts';
import { FileSpanExporter } from './span-file.ts';
import { isQuietPath } from './quiet-paths.ts';

export interface Tracing {
  readonly resource: resources.Resource;
  /** Where spans go that were made elsewhere: in a workflow's isolate. */
  readonly processors: readonly SpanProcessor[];
  /** Writes what is still in memory; at most a few seconds. */
  shutdown(): Promise<void>;
}

/** Spans are written this soon after they end, so that a killed process loses little. */
const exportDelayMs = 500;
/** How long an exporter that doesn't answer may hold up the end of a program. */
const exportTimeoutMs = 2_000;

let running: Tracing | null = null;

/** Writes what is still in memory. For the end of a program; without tracing it does nothing. */
export const endTracing = async (): Promise<void> => running?.shutdown();

/** What `register.ts` started in this process; `null` in tests and tools. */
export const activeTracing = (): Tracing | null => running;

/** Starts tracing for this process, once. `program` becomes the resource's `service.name`, `slipway-<program>`. */
export async function startTracing(program: string, environment: Environment): Promise<Tracing> {
  const exporters = await chosenExporters(program, environment);
  const processors = exporters.map(
    (exporter) =>
      new BatchSpanProcessor(exporter, { scheduledDelayMillis: exportDelayMs, exportTimeoutMillis: exportTimeoutMs }),
  );
  const resource = resources
    .defaultResource()
    .merge(resources.resourceFromAttributes({ 'service.name': `slipway-${program}`, 'process.pid': process.pid }));
  const sdk = new NodeSDK({
    resource,
    autoDetectResources: false,
    spanProcessors: processors,
    // Metrics are served at /metrics and logs go to standard output: no second way out by default.
    metricReaders: [],
    logRecordProcessors: [],
    instrumentations: instrumentations(),
  });
  sdk.start();
  running = { resource, processors, shutdown: () => sdk.shutdown() };
  return running;
}

async function chosenExporters(program: string, environment: Environment): Promise<SpanExporter[]> {
  const data = environment['SLIPWAY_DATA'];
  const file = data ? [new FileSpanExporter(path.join(data, 'traces', `${program}.ndjson`))] : [];
  return wantsOtlp(environment) ? [...file, await otlpExporter()] : file;
}

/** The standard variables ask for OTLP by naming an endpoint or the exporter. */
function wantsOtlp(environment: Environment): boolean {
  const exporters = environment['OTEL_TRACES_EXPORTER'];
  if (exporters) return exporters.split(',').some((name) => name.trim() === 'otlp');
  return Boolean(environment['OTEL_EXPORTER_OTLP_ENDPOINT'] || environment['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT']);
}

/** Loaded only when asked for: it brings its own HTTP client. It reads its address and headers from OTEL_* itself. */
async function otlpExporter(): Promise<SpanExporter> {
  const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-proto');
  return new OTLPTraceExporter();
}

function instrumentations(): Instrumentation[] {
  return [
    new HttpInstrumentation({ ignoreIncomingRequestHook: ({ url }) => isQuietPath(url ?? '/') }),
    new ExpressInstrumentation({ ignoreLayersType: [ExpressLayerType.MIDDLEWARE, ExpressLayerType.ROUTER] }),
    new UndiciInstrumentation({ ignoreRequestHook: ({ path: requested }) => isQuietPath(requested) }),
  ];
}
