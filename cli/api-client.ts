import { randomUUID } from 'node:crypto';
import {
  idempotencyKeyHeader,
  pathOf,
  routes,
  type AnswerOf,
  type BodyOf,
  type RouteName,
} from '../protocol/api/routes.ts';
import { signInLinkSchema } from '../protocol/api/session.ts';
import { problemSchema, type Problem } from '../protocol/problem.ts';

/** The api refused, or failed; `problem` says why and what to do. */
export class ApiProblemError extends Error {
  override readonly name = 'ApiProblemError';
  readonly problem: Problem;

  constructor(problem: Problem) {
    super([problem.title, problem.detail].filter(Boolean).join(': '));
    this.problem = problem;
  }
}

/** The api did not answer at all: nothing is known about the request. */
export class ApiUnreachableError extends Error {
  override readonly name = 'ApiUnreachableError';
}

export interface Call<Name extends RouteName> {
  readonly path?: Readonly<Record<string, string | number>>;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: BodyOf<Name>;
  /** Of a POST; a repeat with the same key is the same request. Random unless given. */
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal;
}

export interface ApiClient {
  readonly url: string;
  /** @throws ApiProblemError, ApiUnreachableError */
  call<Name extends RouteName>(name: Name, call?: Call<Name>): Promise<AnswerOf<Name>>;
  /** The open event stream; read `body`. @throws ApiProblemError, ApiUnreachableError */
  events(
    query: Readonly<Record<string, string | number>>,
    lastEventId: string | null,
    signal: AbortSignal,
  ): Promise<Response>;
  /** An address that signs a browser in as the token's owner, once. @throws ApiProblemError, ApiUnreachableError */
  signInUrl(signal: AbortSignal): Promise<SignInUrl>;
}

export interface SignInUrl {
  readonly url: string;
  readonly expiresAt: string;
}

const timeoutMs = 30_000;

function limited(signal: AbortSignal | undefined): AbortSignal {
  const timeout = AbortSignal.timeout(timeoutMs);
  return signal === undefined ? timeout : AbortSignal.any([timeout, signal]);
}

export function createApiClient(url: string, token: string): ApiClient {
  const send = (path: string, init: RequestInit): Promise<Response> => request(new URL(path, url), token, init);
  return {
    url,
    call: async (name, call = {}) => {
      const route = routes[name];
      const path = pathOf(name, call.path ?? {}) + queryText(call.query ?? {});
      const headers: Record<string, string> = {};
      if (route.method === 'POST') headers[idempotencyKeyHeader] = call.idempotencyKey ?? randomUUID();
      if (call.body !== undefined) headers['content-type'] = 'application/json';
      const signal = limited(call.signal);
      const body = call.body === undefined ? null : JSON.stringify(call.body);
      const response = await send(path, { method: route.method, headers, body, signal });
      const { answer }: { answer: { parse(given: unknown): unknown } } = route;
      return answer.parse(await response.json()) as AnswerOf<typeof name>;
    },
    events: (query, lastEventId, signal) =>
      send(`/v1/events${queryText(query)}`, {
        headers: { accept: 'text/event-stream', ...(lastEventId === null ? {} : { 'last-event-id': lastEventId }) },
        signal,
      }),
    signInUrl: async (signal) => {
      const headers = { [idempotencyKeyHeader]: randomUUID() };
      const response = await send('/v1/sign-in-links', { method: 'POST', headers, signal: limited(signal) });
      const { path, expiresAt } = signInLinkSchema.parse(await response.json());
      return { url: new URL(path, url).href, expiresAt };
    },
  };
}

async function request(url: URL, token: string, init: RequestInit): Promise<Response> {
  const headers = { ...(init.headers as Record<string, string>), authorization: `Bearer ${token}` };
  const response = await fetch(url, { ...init, headers }).catch((error: unknown) => {
    init.signal?.throwIfAborted();
    const cause = (error as Error).cause;
    throw new ApiUnreachableError(
      `${url.origin} does not answer: ${cause instanceof Error ? cause.message : String(error)}`,
    );
  });
  if (response.ok) return response;
  throw new ApiProblemError(await readProblem(response));
}

async function readProblem(response: Response): Promise<Problem> {
  const text = await response.text();
  const problem = problemSchema.safeParse(parseJson(text));
  if (problem.success) return problem.data;
  const { status } = response;
  return {
    type: 'about:blank',
    title: `answered ${status}`,
    status,
    detail: text.slice(0, 300),
    retryable: status >= 500,
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

function queryText(query: Readonly<Record<string, string | number | boolean | undefined>>): string {
  const given = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)] as [string, string]],
  );
  return given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`;
}
