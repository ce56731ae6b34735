import { lasted } from '../domain/progress/plain-text.ts';
import { problemSchema, type Problem } from '../protocol/problem.ts';
import { ApiProblemError, ApiUnreachableError } from './api-errors.ts';

/** From the first byte that is sent to the last one of the answer. */
const usualPatienceMs = 30_000;

/**
 * What the api answers, in JSON. Without a token, something in the request itself shows who asks.
 * @throws ApiProblemError, ApiUnreachableError, the signal's reason
 */
export async function ask(
  url: URL,
  token: string | null,
  init: RequestInit,
  patienceMs: number = usualPatienceMs,
): Promise<unknown> {
  const { origin } = url;
  const timeUp = new AbortController();
  const waited = new ApiUnreachableError(`${origin} does not answer: nothing came in ${lasted(patienceMs)}`);
  const timer = setTimeout(() => timeUp.abort(waited), patienceMs);
  const signal = init.signal ? AbortSignal.any([timeUp.signal, init.signal]) : timeUp.signal;
  try {
    return await readAnswer(origin, await request(url, token, { ...init, signal }), signal);
  } finally {
    clearTimeout(timer);
  }
}

/** The answer, as long as its body may be. @throws ApiProblemError, ApiUnreachableError, the signal's reason */
export async function request(url: URL, token: string | null, init: RequestInit): Promise<Response> {
  const headers = {
    ...(init.headers as Record<string, string>),
    ...(token !== null && { authorization: `Bearer ${token}` }),
  };
  const response = await fetch(url, { ...init, headers }).catch(unreachable(url.origin, init.signal));
  if (response.ok) return response;
  throw new ApiProblemError(problemIn(response, await response.text().catch(unreachable(url.origin, init.signal))));
}

/** Of what was aborted the reason; else what the network did, in its own words. */
const unreachable =
  (url: string, signal: AbortSignal | null | undefined) =>
  (error: unknown): never => {
    signal?.throwIfAborted();
    throw new ApiUnreachableError(`${url} does not answer: ${networkWords(error as Error)}`, { cause: error });
  };

/** fetch itself says only that it failed. Where several addresses were tried, there is only a code. */
function networkWords({ cause, message }: Error): string {
  const { message: said, code } = (cause ?? {}) as Partial<NodeJS.ErrnoException>;
  return said || code || message;
}

/** Whoever answers success with something else is another server, or a proxy before this one. */
async function readAnswer(url: string, response: Response, signal: AbortSignal): Promise<unknown> {
  const text = await response.text().catch(unreachable(url, signal));
  const answer = parseJson(text);
  if (answer === null) throw new Error(`${url} answers ${response.status} with what is no JSON: is it the api?`);
  return answer;
}

function problemIn(response: Response, text: string): Problem {
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
