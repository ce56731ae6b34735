import express, { Router } from 'express';
import { automatic } from '../../../domain/lane/lock-rules.ts';
import { localActsSchema } from '../../../protocol/local-acts.ts';
import { parsedBody } from '../../http/parsed-body.ts';
import type { PeopleDirectory } from '../people/people-directory.ts';
import { signedInRegion } from '../people/sign-in.ts';
import type { LaneMessages } from '../verbs/lane-messages.ts';
import type { LocalActRecords } from './local-act-records.ts';
import { speakForItself } from './speak-for-itself.ts';

/** A hundred acts, each with texts of people. */
const maxBodyBytes = 512 * 1024;

export interface LocalActParts {
  readonly acts: LocalActRecords;
  readonly lanes: Pick<LaneMessages, 'lock'>;
  readonly people: PeopleDirectory;
}

/**
 * What was done inside a region, told with the region's token. Answers 204 once each act is in the audit and the lanes are
 * shut that have to be; while Temporal is away that is 503, and the region tells them again.
 */
export function localActRoutes({ acts, lanes, people }: LocalActParts): Router {
  const router = Router();
  router.post('/regions/v1/local-acts', async (request, response, next) => {
    response.locals.region = await signedInRegion(request, people);
    next();
  });
  router.post('/regions/v1/local-acts', express.json({ limit: maxBodyBytes }), async (request, response) => {
    const told = parsedBody(localActsSchema, request.body ?? {});
    speakForItself(response, told);
    for (const { service, reason, key } of await acts.store(told.region, told.acts)) {
      await lanes.lock(service, { by: automatic, reason, until: null, key });
    }
    response.status(204).end();
  });
  return router;
}
