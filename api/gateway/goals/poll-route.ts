import { isDeepStrictEqual } from 'node:util';
import express, { Router } from 'express';
import { pollRequestSchema } from '../../../protocol/gateway.ts';
import type { PollResponse } from '../../../protocol/gateway.ts';
import { parsedBody } from '../../http/parsed-body.ts';
import { ProblemError } from '../../http/problem-error.ts';
import { askedAtMs, hostOf } from '../host-identity.ts';
import type { KnownHost } from '../host-identity.ts';
import type { LogBoard } from '../logs/log-board.ts';
import type { RootShelf } from '../roots/root-shelf.ts';
import type { TakeReport } from '../reports/report-route.ts';
import { askerOf } from './goal-board.ts';
import { issuedAtMs } from './issued-at.ts';
import { pollAnswerText } from './poll-answer.ts';
import type { Asking } from './held-goals.ts';
import type { GoalBoard } from './goal-board.ts';
import type { IsNews, PollRoom } from './poll-room.ts';

/** 500 known goals with a long name each take 75 KB, a report of as many services 300 KB. */
const maxBodyBytes = 1024 * 1024;

export interface PollParts {
  readonly board: GoalBoard;
  readonly room: PollRoom;
  readonly roots: RootShelf;
  readonly take: TakeReport;
  /** Whom it asks for goals while the database may be an older one. */
  readonly asking: Asking;
  readonly logs: Pick<LogBoard, 'wantedOf'>;
  /** How long after its signature a goal was given to a host that waited, and that it asks for something; in ms. */
  readonly onGiven: (tookMs: number) => void;
}

/** `POST /v1/poll`: answered at once when the host doesn't know a goal that concerns it, else when one asks it for something. */
export function pollRoute({ board, room, roots, take, asking, logs, onGiven }: PollParts): Router {
  const router = Router();
  router.post('/v1/poll', express.json({ limit: maxBodyBytes }), async (request, response) => {
    const { known, waitMs, here, report, logs: read } = parsedBody(pollRequestSchema, request.body);
    if (!board.isLoaded())
      throw new ProblemError('unavailable', { detail: 'the goals of this region are being read' }, 1);
    const host = hostOf(response);
    if (report !== undefined) await take(host, report, request.socket);
    if (!board.isClosed()) asking.forget();
    const showGoals = board.isClosed() && asking.ask(host.id);
    const asker = askerOf(host, known);
    const isNews: IsNews = (service) => board.offersFor(asker, service).length > 0;
    const isToldOfItself = here === undefined || isDeepStrictEqual(here, toldOfItself(host));
    const isNoneRead = logs.wantedOf(host.id, read).length === 0;
    const isToWait = board.offersFor(asker).length === 0 && isToldOfItself && !showGoals && isNoneRead && waitMs > 0;
    const asked = isToWait ? await room.wait(host.id, waitMs, isNews, response, askedAtMs(response)) : null;
    const wanted = logs.wantedOf(host.id, read);
    const answer: PollResponse = {
      goals: [...board.offersFor(asker)],
      index: board.indexFor(asker),
      rootVersion: roots.newest(),
      reportEveryMs: board.reportEveryMs(asker),
      ...toldOfItself(host),
      ...(showGoals && { showGoals }),
      ...(wanted.length > 0 && { logs: [...wanted] }),
      now: new Date().toISOString(),
    };
    // What ends a request reads on, so it has to have ended.
    response.once('finish', () => room.answered(request.socket));
    response.type('json').send(pollAnswerText(answer));
    const awaited = answer.goals.find(({ service }) => service === asked);
    if (awaited !== undefined) onGiven(Date.now() - issuedAtMs(awaited));
  });
  return router;
}

const toldOfItself = ({ labels, maintenance }: KnownHost) => ({ labels: { ...labels }, maintenance });
