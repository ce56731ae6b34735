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
import { ask, request } from './api-request.ts';

export { ApiProblemError, ApiUnreachableError } from './api-errors.ts';

export interface Call<Name extends RouteName> {
  readonly path?: Readonly<Record<string, string | number>>;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: BodyOf<Name>;
  /** Of a POST; a repeat with the same key is the same request. Random unless given. */
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal;
  /** After this long without the whole answer the api counts as away; 30 s unless given. */
  readonly patienceMs?: number;
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

export function createApiClient(url: string, token: string): ApiClient {
  const at = (path: string): URL => new URL(path, url);
  return {
    url,
    call: async (name, call = {}) => {
      const route = routes[name];
      const path = pathOf(name, call.path ?? {}) + queryText(call.query ?? {});
      const headers: Record<string, string> = {};
      if (route.method === 'POST') headers[idempotencyKeyHeader] = call.idempotencyKey ?? randomUUID();
      if (call.body !== undefined) headers['content-type'] = 'application/json';
      const body = call.body === undefined ? null : JSON.stringify(call.body);
      const init = { method: route.method, headers, body, signal: call.signal ?? null };
      const { answer }: { answer: { parse(given: unknown): unknown } } = route;
      return answer.parse(await ask(at(path), token, init, call.patienceMs)) as AnswerOf<typeof name>;
    },
    events: (query, lastEventId, signal) =>
      request(at(`/v1/events${queryText(query)}`), token, {
        headers: { accept: 'text/event-stream', ...(lastEventId === null ? {} : { 'last-event-id': lastEventId }) },
        signal,
      }),
    signInUrl: async (signal) => {
      const headers = { [idempotencyKeyHeader]: randomUUID() };
      const answer = await ask(at('/v1/sign-in-links'), token, { method: 'POST', headers, signal });
      const { path, expiresAt } = signInLinkSchema.parse(answer);
      return { url: new URL(path, url).href, expiresAt };
    },
  };
}

function queryText(query: Readonly<Record<string, string | number | boolean | undefined>>): string {
  const given = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)] as [string, string]],
  );
  return given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`;
}
