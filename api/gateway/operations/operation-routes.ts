import type { RequestListener } from 'node:http';
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

const operationPaths = new Set(['/healthz', '/readyz', '/metrics']);

/** Of `app` these routes only: where nobody has a certificate, nothing else may be asked. */
export const operationsOnly =
  (app: RequestListener): RequestListener =>
  (request, response) => {
    if (operationPaths.has(request.url?.split('?', 1)[0] ?? '')) app(request, response);
    else response.writeHead(404).end();
  };
