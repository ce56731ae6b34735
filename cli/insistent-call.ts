import { setTimeout as delay } from 'node:timers/promises';
import { randomUUID } from 'node:crypto';
import type { AnswerOf, RouteName } from '../protocol/api/routes.ts';
import { ApiProblemError, ApiUnreachableError, type ApiClient, type Call } from './api-client.ts';

/** About ten seconds in all: after that a person wants to know. */
const restsMs = [500, 1_000, 2_000, 4_000];

/**
 * A call that is tried again while the api doesn't answer, or can't say whether it arrived. Every try has the same
 * Idempotency-Key, so that what changes something is one request however often it is sent. @throws what the last try threw
 */
export async function callInsistently<Name extends RouteName>(
  client: ApiClient,
  name: Name,
  call: Call<Name>,
): Promise<AnswerOf<Name>> {
  const insistent = { ...call, idempotencyKey: call.idempotencyKey ?? randomUUID() };
  for (const restMs of restsMs) {
    try {
      return await client.call(name, insistent);
    } catch (error) {
      if (!mayArrive(error)) throw error;
      await delay(restMs, undefined, call.signal === undefined ? {} : { signal: call.signal });
    }
  }
  return client.call(name, insistent);
}

const mayArrive = (error: unknown): boolean =>
  error instanceof ApiUnreachableError || (error instanceof ApiProblemError && error.problem.retryable);
