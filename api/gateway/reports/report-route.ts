import express, { Router } from 'express';
import type { Socket } from 'node:net';
import { reportBatchSchema, type ReportBatch } from '../../../protocol/gateway.ts';
import { parsedBody } from '../../http/parsed-body.ts';
import { hostOf } from '../host-identity.ts';
import type { StoredHost } from '../identity/identity-store.ts';
import type { HearReport } from '../identity/watch-presence.ts';
import type { HostMemory } from '../identity/host-memory.ts';
import type { ClockWatch } from './clock-watch.ts';
import type { IndexWatch } from './index-watch.ts';
import type { ReportIntake } from './report-intake.ts';

/** A host with 500 services takes 300 KB; one that says more of them is mistaken or lies. */
const maxBodyBytes = 1024 * 1024;

/** Resolves when what the host said is durable. @throws ProblemError when a second machine has the key of the host */
export type TakeReport = (host: StoredHost, batch: ReportBatch, asking: Socket) => Promise<void>;

export const takeReports =
  (
    intake: ReportIntake,
    hear: HearReport,
    memory: Pick<HostMemory, 'forget'>,
    indexes: Pick<IndexWatch, 'hear'>,
    clocks: Pick<ClockWatch, 'hear'>,
  ): TakeReport =>
  async (host, batch, asking) => {
    await hear(host, batch, asking);
    await intake.take({ ...batch, host: host.id });
    indexes.hear(host.id, batch);
    clocks.hear(host.id, batch);
    const isNew = batch.services.some(({ service }) => !host.reports.includes(service));
    if (isNew) memory.forget(host.id);
  };

/** `POST /v1/reports`: 204 when it is. */
export function reportRoute(take: TakeReport): Router {
  const router = Router();
  router.post('/v1/reports', express.json({ limit: maxBodyBytes }), async (request, response) => {
    const batch = parsedBody(reportBatchSchema, request.body);
    await take(hostOf(response), batch, request.socket);
    response.status(204).end();
  });
  return router;
}
