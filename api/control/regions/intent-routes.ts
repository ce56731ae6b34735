import { Router } from 'express';
import type { PeopleDirectory } from '../people/people-directory.ts';
import { signedInRegion } from '../people/sign-in.ts';
import type { IntentBook } from './region-intents.ts';

/** What a region's database is compared with after a restore: `GET`, with the region's token, of itself only. */
export function intentRoutes({
  intents,
  people,
}: {
  readonly intents: IntentBook;
  readonly people: PeopleDirectory;
}): Router {
  const router = Router();
  router.get('/regions/v1/intents', async (request, response) => {
    response.json(await intents.read(await signedInRegion(request, people)));
  });
  return router;
}
