import { Router } from 'express';
import { openApiDocument } from '../../../protocol/api/openapi.ts';

/** `GET /openapi.json`: what the api takes and answers. Without sign-in, as it holds nothing but the form. */
export function apiDocument(version: string): Router {
  let text: string | undefined;
  const router = Router();
  router.get('/openapi.json', (_request, response) => {
    text ??= JSON.stringify(openApiDocument(version));
    response.type('application/json').send(text);
  });
  return router;
}
