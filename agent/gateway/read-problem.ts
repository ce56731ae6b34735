import type { IncomingMessage } from 'node:http';
import { problemSchema } from '../../protocol/problem.ts';
import { GatewayError } from './gateway-error.ts';
import { readWhole } from './read-body.ts';

const limits = { maxBytes: 16 * 1024, idleTimeoutMs: 2_000, totalTimeoutMs: 5_000 };

/** What was answered instead of what was asked for. */
export async function readProblem(path: string, response: IncomingMessage): Promise<GatewayError> {
  const status = response.statusCode ?? 0;
  const retryAfterMs = Number(response.headers['retry-after'] ?? 0) * 1_000 || 0;
  const isProblem = response.headers['content-type']?.includes('application/problem+json') === true;
  const told = isProblem ? await readTold(response) : null;
  if (!isProblem) response.resume();
  const because = told === null ? '' : `: ${told.title}${told.detail === undefined ? '' : ` (${told.detail})`}`;
  const code = told?.type.split('/').at(-1) ?? null;
  return new GatewayError(`${path} was answered ${status}${because}`, status, retryAfterMs, code);
}

async function readTold(response: IncomingMessage) {
  try {
    const text = (
      await readWhole(response, { ...limits, signal: AbortSignal.timeout(limits.totalTimeoutMs) })
    ).toString('utf8');
    return problemSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
