import express, { Router } from 'express';
import { reportBatchSchema } from '../../../protocol/gateway.ts';
import { parsedBody } from '../../http/parsed-body.ts';
import { hostOf } from '../host-identity.ts';
import type { HearReport } from '../identity/watch-presence.ts';
import type { ReportIntake } from './report-intake.ts';

/** A host with 500 services takes 300 KB; one that says more of them is mistaken or lies. */
const maxBodyBytes = 1024 * 1024;

/** `POST /v1/reports`: 204 when what the host said is durable. */
export function reportRoute(intake: ReportIntake, hear: HearReport): Router {
  const router = Router();
  router.post('/v1/reports', express.json({ limit: maxBodyBytes }), async (request, response) => {
    const batch = parsedBody(reportBatchSchema, request.body);
    const host = hostOf(response);
    await hear(host, batch, request.socket);
    await intake.take({ ...batch, host: host.id });
    response.status(204).end();
  });
  return router;
}
