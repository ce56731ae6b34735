import express, { Router, type RequestHandler, type Response } from 'express';
import { leftHostsPartSchema } from '../../../protocol/left-hosts.ts';
import { regionSummarySchema } from '../../../protocol/summary.ts';
import { parsedBody } from '../../http/parsed-body.ts';
import { ProblemError } from '../../http/problem-error.ts';
import type { PeopleDirectory } from '../people/people-directory.ts';
import { signedInRegion } from '../people/sign-in.ts';
import type { LeftHostRecords } from './left-host-records.ts';
import type { RegionSummaries } from './region-summaries.ts';

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

function speakForItself({ locals }: Response, { region: spokenFor }: { readonly region: string }): void {
  const { region } = locals as { region: string };
  if (spokenFor === region) return;
  throw new ProblemError('not-allowed', {
    detail: `${region} can't speak for ${spokenFor}`,
    next: 'Send the token of the region that the summary is about.',
  });
}
