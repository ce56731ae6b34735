import express, { Router, type RequestHandler } from 'express';
import { logPartSchema, logReadingsRequestSchema, type AskedReading } from '../../../protocol/log-reading.ts';
import { parsedBody } from '../../http/parsed-body.ts';
import type { PeopleDirectory } from '../people/people-directory.ts';
import { signedInRegion } from '../people/sign-in.ts';
import { speakForItself } from '../regions/speak-for-itself.ts';
import type { LogBell, LogReadings } from './log-readings.ts';

/** 512 KiB of control characters, six each in JSON. */
const maxBodyBytes = 4 * 1024 * 1024;

export interface RegionLogParts {
  readonly readings: LogReadings;
  readonly bell: LogBell;
  readonly people: PeopleDirectory;
  /** The api ends. */
  readonly stop: AbortSignal;
}

/** What is to be read of a region's hosts, and what they say: with the region's token, and asked by the region. */
export function regionLogRoutes({ readings, bell, people, stop }: RegionLogParts): Router {
  const router = Router();
  const letIn: RequestHandler = async (request, response, next) => {
    response.locals.region = await signedInRegion(request, people);
    next();
  };
  const json = express.json({ limit: maxBodyBytes });
  router.post('/regions/v1/log-readings', letIn, json, async (request, response) => {
    const asked = parsedBody(logReadingsRequestSchema, request.body ?? {});
    speakForItself(response, asked);
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const news = bell.expect({ region: asked.region });
    try {
      const first = await readings.listOf(asked.region);
      const isNews = asked.waitMs === 0 || !isSame(first, asked.known);
      if (!isNews) await news.within(asked.waitMs, AbortSignal.any([stop, gone.signal]));
      response.json({ readings: isNews ? first : await readings.listOf(asked.region) });
    } finally {
      news.forget();
    }
  });
  router.post('/regions/v1/log-chunks', letIn, json, async (request, response) => {
    const part = parsedBody(logPartSchema, request.body ?? {});
    speakForItself(response, part);
    response.json(await readings.take(part));
  });
  return router;
}

const isSame = (readings: readonly AskedReading[], known: readonly string[]): boolean =>
  readings.length === known.length && readings.every(({ reading }) => known.includes(reading));
