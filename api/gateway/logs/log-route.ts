import express, { Router } from 'express';
import { logChunkSchema } from '../../../protocol/log-reading.ts';
import { parsedBody } from '../../http/parsed-body.ts';
import { hostOf } from '../host-identity.ts';
import type { LogBoard } from './log-board.ts';

/** 64 KiB of control characters, six each in JSON. */
const maxBodyBytes = 512 * 1024;

/** `POST /v1/log-chunks`: whose output it is says the certificate. */
export function logRoute(board: Pick<LogBoard, 'take'>): Router {
  const router = Router();
  router.post('/v1/log-chunks', express.json({ limit: maxBodyBytes }), async (request, response) => {
    const chunk = parsedBody(logChunkSchema, request.body);
    response.json(await board.take(hostOf(response).id, chunk));
  });
  return router;
}
