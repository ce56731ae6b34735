import { Router } from 'express';
import type { ApiMetrics } from './metrics.ts';
import type { Readiness } from './readiness.ts';

/**
 * For operators and probes, without sign-in. `/healthz`: the process answers. `/readyz`: it takes webhooks, which needs
 * Postgres; what else is away is shown and only degrades. `/metrics`: Prometheus text.
 */
export function operationRoutes(readiness: () => Promise<Readiness>, metrics: ApiMetrics): Router {
  const router = Router();
  router.get('/healthz', (_request, response) => void response.json({ status: 'ok' }));
  router.get('/readyz', async (_request, response) => {
    const answer = await readiness();
    response.status(answer.status === 'not-ready' ? 503 : 200).json(answer);
  });
  router.get('/metrics', async (_request, response) => {
    response.type(metrics.contentType).send(await metrics.render());
  });
  return router;
}
