import express, { Router, type Request, type RequestHandler } from 'express';
import type { z } from 'zod';
import type { SignedIn } from '../../protocol/api/people.ts';
import {
  idempotencyKeyField,
  idempotencyKeyHeader,
  routes,
  type AnswerOf,
  type Route,
  type RouteName,
} from '../../protocol/api/routes.ts';
import { parsedBody } from './parsed-body.ts';
import { ProblemError } from './problem-error.ts';

type BodyOf<Name extends RouteName> = (typeof routes)[Name] extends { readonly body: infer Body extends z.ZodType }
  ? z.output<Body>
  : undefined;
type QueryOf<Name extends RouteName> = (typeof routes)[Name] extends { readonly query: infer Query extends z.ZodType }
  ? z.output<Query>
  : undefined;

/** A request that was let in and is well formed. */
export interface RouteRequest<Name extends RouteName> {
  readonly person: SignedIn;
  readonly parameters: Readonly<Record<string, string>>;
  readonly query: QueryOf<Name>;
  readonly body: BodyOf<Name>;
  /** Idempotency-Key of a POST; empty for other methods. */
  readonly key: string;
}

export type RouteHandlers = {
  readonly [Name in RouteName]: (request: RouteRequest<Name>) => Promise<AnswerOf<Name>>;
};

/** Who may come in, decided before anything else of a request is looked at. */
export type Admit = (request: Request, allows: Route['allows']) => Promise<SignedIn>;

const maxBodyBytes = 64 * 1024;

/** The whole table: each route signs in, checks role, key, query and body, and answers with its status. */
export function typedRoutes(handlers: RouteHandlers, admit: Admit): Router {
  const router = Router();
  const json = express.json({ limit: maxBodyBytes, strict: true });
  for (const name of Object.keys(routes) as RouteName[]) {
    const route: Route = routes[name];
    const handle = handlers[name] as (request: unknown) => Promise<unknown>;
    const letIn: RequestHandler = async (request, response, next) => {
      response.locals.person = await admit(request, route.allows);
      next();
    };
    router[methodOf(route)](route.path, letIn, json, async (request, response) => {
      const { person } = response.locals;
      const answer = await handle({ person, parameters: request.params, ...inputOf(route, request) });
      response.status(route.status).json(answer);
    });
  }
  return router;
}

const methodOf = ({ method }: Route): 'get' | 'post' | 'put' => method.toLowerCase() as 'get' | 'post' | 'put';

function inputOf(route: Route, request: Request): { query: unknown; body: unknown; key: string } {
  return {
    query: route.query === undefined ? undefined : parsedBody(route.query, request.query),
    body: route.body === undefined ? undefined : parsedBody(route.body, request.body ?? {}),
    key: route.method === 'POST' ? idempotencyKeyOf(request) : '',
  };
}

function idempotencyKeyOf(request: Request): string {
  const key = idempotencyKeyField.safeParse(request.get(idempotencyKeyHeader));
  if (key.success) return key.data;
  const message = 'must be 8 to 200 printable characters, the same when the request is repeated';
  throw new ProblemError('invalid-request', {
    detail: `the header Idempotency-Key ${message}`,
    errors: [{ path: 'Idempotency-Key', message }],
  });
}
