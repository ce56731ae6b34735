import express, { Router, type RequestHandler } from 'express';
import { leftHostsPartSchema } from '../../../protocol/left-hosts.ts';
import { regionSummarySchema } from '../../../protocol/summary.ts';
import { parsedBody } from '../../http/parsed-body.ts';
import type { PeopleDirectory } from '../people/people-directory.ts';
import { signedInRegion } from '../people/sign-in.ts';
import type { LeftHostRecords } from './left-host-records.ts';
import type { RegionSummaries } from './region-summaries.ts';
import { speakForItself } from './speak-for-itself.ts';

/** A thousand services of half a kilobyte each: all that one summary may hold (protocol/summary.ts). */
const maxBodyBytes = 1024 * 1024;

export interface SummaryRouteParts {
  readonly summaries: RegionSummaries;
  readonly leftHosts: LeftHostRecords;
  readonly people: PeopleDirectory;
}

/** What regions tell of themselves, with the region's token. Answers 204, also when it knew better already. */
export function summaryRoutes({ summaries, leftHosts, people }: SummaryRouteParts): Router {
  const router = Router();
  const letIn: RequestHandler = async (request, response, next) => {
    response.locals.region = await signedInRegion(request, people);
    next();
  };
  const json = express.json({ limit: maxBodyBytes });
  router.post('/regions/v1/summaries', letIn, json, async (request, response) => {
    const summary = parsedBody(regionSummarySchema, request.body ?? {});
    speakForItself(response, summary);
    await summaries.store(summary);
    response.status(204).end();
  });
  router.post('/regions/v1/left-hosts', letIn, json, async (request, response) => {
    const part = parsedBody(leftHostsPartSchema, request.body ?? {});
    speakForItself(response, part);
    await leftHosts.store(part);
    response.status(204).end();
  });
  return router;
}
