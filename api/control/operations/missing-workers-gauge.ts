import { Gauge, type Registry } from 'prom-client';
import type { MissingWorkers } from './missing-workers.ts';

/** Only of versions that something waits for. While Temporal is away they are left out: an old number would look like a new one. */
export function addMissingWorkers(registry: Registry, workers: MissingWorkers): void {
  const gauge = new Gauge({
    name: 'slipway_deployments_without_worker',
    help: 'Open deployments that do not move, as no control worker of the version that they began on runs',
    labelNames: ['version'],
    registers: [registry],
    collect() {
      gauge.reset();
      for (const [version, count] of workers.counts() ?? []) gauge.set({ version }, count);
    },
  });
}
