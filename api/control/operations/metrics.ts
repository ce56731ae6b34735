import type { RequestHandler } from 'express';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { deploymentStates, isOutcome } from '../../../domain/states.ts';
import type { CentralFigures } from './central-figures.ts';
import type { Readiness } from './readiness.ts';

export interface ApiMetrics {
  readonly contentType: string;
  render(): Promise<string>;
  /** Times each request by its route, never by a path that a caller chose. Streams are not timed: they are held open. */
  readonly timed: RequestHandler;
  /** How many clients follow events now. */
  setEventClients(clients: number): void;
}

export function createApiMetrics(figures: CentralFigures, readiness: () => Promise<Readiness>): ApiMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  addDatabaseGauges(registry, figures);
  addDependencyGauge(registry, readiness);
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

/** Read when they are asked for. While the database is away they are left out: an old number would look like a new one. */
function addDatabaseGauges(registry: Registry, figures: CentralFigures): void {
  const addInboxGauge = (name: string, help: string, figure: 'depth' | 'oldestSeconds'): void =>
    void new Gauge({
      name,
      help,
      registers: [registry],
      async collect() {
        const inbox = await figures.readInbox().catch(() => null);
        if (inbox === null) this.remove();
        else this.set(inbox[figure]);
      },
    });
  addInboxGauge('slipway_inbox_depth', 'Accepted merges that no lane has yet', 'depth');
  addInboxGauge('slipway_inbox_oldest_seconds', 'Age of the oldest merge that no lane has yet', 'oldestSeconds');
  addOpenDeployments(registry, figures);
}

function addOpenDeployments(registry: Registry, figures: CentralFigures): void {
  const open = deploymentStates.filter((state) => !isOutcome(state));
  const gauge = new Gauge({
    name: 'slipway_open_deployments',
    help: 'Deployments that have not ended, by state',
    labelNames: ['state'],
    registers: [registry],
    async collect() {
      const counts = await figures.countOpenDeployments().catch(() => null);
      if (counts === null) gauge.reset();
      else for (const state of open) gauge.set({ state }, counts.get(state) ?? 0);
    },
  });
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
