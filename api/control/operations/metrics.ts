import type { RequestHandler } from 'express';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { CentralFigures } from './central-figures.ts';
import { addMissingWorkers } from './missing-workers-gauge.ts';
import type { MissingWorkers } from './missing-workers.ts';
import { addDatabaseGauges } from './database-gauges.ts';
import type { Readiness } from './readiness.ts';

export interface ApiMetrics {
  readonly contentType: string;
  render(): Promise<string>;
  /** Times each request by its route, never by a path that a caller chose. Streams are not timed: they are held open. */
  readonly timed: RequestHandler;
  /** How many clients follow events now. */
  setEventClients(clients: number): void;
}

export interface MetricsParts {
  readonly figures: CentralFigures;
  readonly readiness: () => Promise<Readiness>;
  readonly workers: MissingWorkers;
}

export function createApiMetrics({ figures, readiness, workers }: MetricsParts): ApiMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  addDatabaseGauges(registry, figures);
  addDependencyGauge(registry, readiness);
  addMissingWorkers(registry, workers);
  const clients = new Gauge({
    name: 'slipway_api_event_clients',
    help: 'Clients that follow the event stream of this process',
    registers: [registry],
  });
  return {
    contentType: registry.contentType,
    render: () => registry.metrics(),
    timed: timedBy(registry),
    setEventClients: (count) => clients.set(count),
  };
}

function timedBy(registry: Registry): RequestHandler {
  const requests = new Histogram({
    name: 'slipway_api_request_seconds',
    help: 'Time to the end of an answer',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.02, 0.1, 0.5, 1, 2, 5, 10],
    registers: [registry],
  });
  return (request, response, next) => {
    const stop = requests.startTimer();
    response.once('close', () => {
      const { path } = (request.route ?? { path: 'none' }) as { path: string };
      if (path !== '/v1/events') stop({ method: request.method, route: path, status: response.statusCode });
    });
    next();
  };
}

function addDependencyGauge(registry: Registry, readiness: () => Promise<Readiness>): void {
  const gauge = new Gauge({
    name: 'slipway_api_dependency_up',
    help: '1 when what the api leans on answers, else 0',
    labelNames: ['dependency'],
    registers: [registry],
    async collect() {
      const { dependencies } = await readiness();
      for (const [dependency, { ok }] of Object.entries(dependencies)) gauge.set({ dependency }, ok ? 1 : 0);
    },
  });
}
