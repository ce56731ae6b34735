import { Router } from 'express';
import type { GatewayMetrics } from './metrics.ts';

export interface Readiness {
  /** What is not ready, for people; `null` when it serves. */
  whyNotReady(): Promise<string | null>;
}

/** `/healthz`: the process answers. `/readyz`: it can serve hosts. `/metrics`: Prometheus text. Open to operators. */
export function operationRoutes(readiness: Readiness, metrics: GatewayMetrics): Router {
  const router = Router();
  router.get('/healthz', (_request, response) => void response.json({ status: 'ok' }));
  router.get('/readyz', async (_request, response) => {
    const reason = await readiness.whyNotReady();
    response
      .status(reason === null ? 200 : 503)
      .json(reason === null ? { status: 'ready' } : { status: 'not ready', reason });
  });
  router.get('/metrics', async (_request, response) => {
    response.type(metrics.contentType).send(await metrics.render());
  });
  return router;
}
