import { randomUUID } from 'node:crypto';
import type { AnswerOf, RouteName } from '../protocol/api/routes.ts';
import { ApiProblemError, ApiUnreachableError, type ApiClient, type Call } from './api-client.ts';
import { rest } from './rest.ts';

const restsMs = [500, 1_000, 2_000, 4_000];
/** After that a person wants to know, also when a single try took as long. */
const patienceMs = 10_000;

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
  const begunAt = performance.now();
  for (const restMs of restsMs) {
    try {
      return await client.call(name, insistent);
    } catch (error) {
      if (!mayArrive(error) || performance.now() - begunAt > patienceMs) throw error;
      await rest(restMs, call.signal ?? new AbortController().signal);
    }
  }
  return client.call(name, insistent);
}

/** The same call may get through later. */
export const mayArrive = (error: unknown): boolean =>
  error instanceof ApiUnreachableError || (error instanceof ApiProblemError && error.problem.retryable);
