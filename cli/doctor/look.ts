import type { About } from '../../protocol/api/about.ts';
import { ApiProblemError, ApiUnreachableError, type ApiClient } from '../api-client.ts';
import { receiveEvents } from '../event-source.ts';
import { lasted } from '../../domain/progress/plain-text.ts';
import { ill, well, type Finding } from './finding.ts';

/** The first event is sent at once; `watch` waits no longer for it either (follow-events.ts). */
const firstEventMs = 5_000;
/** Approval tokens and sign-ins are dated: more than this, and they may be refused as not yet or no longer valid. */
const mostSkewMs = 30_000;

/** Looks at everything between this terminal and a working Slipway, in the order in which one thing needs the next. */
export async function lookAround(client: ApiClient, signal: AbortSignal): Promise<readonly Finding[]> {
  const asked = performance.now();
  const answer = await client.call('about', { signal }).catch((error: unknown) => error as Error);
  const tookMs = performance.now() - asked;
  signal.throwIfAborted();
  if (answer instanceof ApiUnreachableError)
    return [ill('api', answer.message, 'start it (npm start), or correct the address: slipway config')];
  if (answer instanceof ApiProblemError && answer.problem.status === 401)
    return [well('api', `${client.url} answers in ${lasted(tookMs)}`), await signedIn(client, signal)];
  if (answer instanceof Error) return [ill('api', `${client.url}: ${answer.message}`, 'see the log of the api')];
  return [
    well('api', `${client.url} answers in ${lasted(tookMs)}, version ${answer.version}`),
    clock(answer, tookMs),
    await signedIn(client, signal),
    regions(answer),
    await events(client, signal),
  ];
}

/** The api read its clock about half way between question and answer. */
function clock({ at }: About, tookMs: number): Finding {
  const skewMs = Date.parse(at) + tookMs / 2 - Date.now();
  const text = `${skewMs < 0 ? '-' : '+'}${(Math.abs(skewMs) / 1000).toFixed(1)} s of the api's`;
  if (Math.abs(skewMs) <= mostSkewMs) return well('clock', text);
  return ill('clock', text, 'set the clock of this machine, or of the api, by NTP');
}

async function signedIn(client: ApiClient, signal: AbortSignal): Promise<Finding> {
  try {
    const { person, roles } = await client.call('me', { signal });
    return well('signed in', `as ${person} (${roles.join(', ') || 'no role: may look, not change'})`);
  } catch (error) {
    signal.throwIfAborted();
    return ill(
      'signed in',
      (error as Error).message,
      'set SLIPWAY_TOKEN, or name a file with --token-file; what is used now: slipway config',
    );
  }
}

function regions({ regions: { reporting, total, withoutService } }: About): Finding {
  const nothingToSay = withoutService === 0 ? '' : `, ${withoutService} without a service`;
  const text = `${reporting} of ${total} report${nothingToSay}`;
  if (total === 0) return ill('regions', text, 'add a region: without one nothing can be deployed');
  if (reporting + withoutService < total) return ill('regions', text, 'see which: slipway list regions');
  return well('regions', text);
}

async function events(client: ApiClient, signal: AbortSignal): Promise<Finding> {
  const ended = new AbortController();
  const timeUp = setTimeout(() => ended.abort(new Error('no first event in 5 s; a proxy buffers')), firstEventMs);
  const asked = performance.now();
  try {
    const response = await client.events({}, null, AbortSignal.any([signal, ended.signal]));
    for await (const { event } of receiveEvents(response))
      return well('events', `first event (${event.type}) in ${lasted(performance.now() - asked)}`);
    return ill('events', 'the stream ended without an event', 'see the log of the api');
  } catch (error) {
    signal.throwIfAborted();
    return ill('events', (error as Error).message, 'turn response buffering off for /v1/events in the proxy before it');
  } finally {
    clearTimeout(timeUp);
    ended.abort();
  }
}
