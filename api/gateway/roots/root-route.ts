import { Router } from 'express';
import { ProblemError } from '../../http/problem-error.ts';
import type { RootShelf } from './root-shelf.ts';

/** `GET /v1/roots/<version>`: what a host verifies by the version before it. */
export function rootRoute(shelf: RootShelf): Router {
  const router = Router();
  router.get('/v1/roots/:version', async (request, response) => {
    const { version } = request.params;
    const envelope = /^[1-9]\d{0,8}$/.test(version) ? await shelf.read(Number(version)) : null;
    if (envelope === null) throw new ProblemError('not-found', { detail: 'this root document is not kept here' });
    response.json(envelope);
  });
  return router;
}
