import express, { Router, type RequestHandler } from 'express';
import { regionSummarySchema } from '../../../protocol/summary.ts';
import { parsedBody } from '../../http/parsed-body.ts';
import { ProblemError } from '../../http/problem-error.ts';
import type { PeopleDirectory } from '../people/people-directory.ts';
import { signedInRegion } from '../people/sign-in.ts';
import type { RegionSummaries } from './region-summaries.ts';

/** A thousand services of half a kilobyte each: all that one summary may hold (protocol/summary.ts). */
const maxBodyBytes = 1024 * 1024;

/** `POST /regions/v1/summaries`, with the region's token. Answers 204, also when it knew better already. */
export function summaryRoutes(summaries: RegionSummaries, people: PeopleDirectory): Router {
  const router = Router();
  const letIn: RequestHandler = async (request, response, next) => {
    response.locals.region = await signedInRegion(request, people);
    next();
  };
  const json = express.json({ limit: maxBodyBytes });
  router.post('/regions/v1/summaries', letIn, json, async (request, response) => {
    const summary = parsedBody(regionSummarySchema, request.body ?? {});
    const { region } = response.locals as { region: string };
    if (summary.region !== region)
      throw new ProblemError('not-allowed', {
        detail: `${region} can't speak for ${summary.region}`,
        next: 'Send the token of the region that the summary is about.',
      });
    await summaries.store(summary);
    response.status(204).end();
  });
  return router;
}
