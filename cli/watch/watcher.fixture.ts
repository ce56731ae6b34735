import { jest } from '@jest/globals';
import type { Deployment } from '../../protocol/api/deployment.ts';
import type { ApiEvent } from '../../protocol/api/events.ts';
import { ApiUnreachableError, type ApiClient } from '../api-client.ts';
import type { Session } from '../session.ts';
import { pipedSurroundings } from '../surroundings.fixture.ts';

/**
 * A stream that stays open until its signal aborts or it is cut, as fetch's does; `send` puts an event on it. Timers must
 * be Jest's.
 */
export function openStream() {
  const waiting: ((chunk: Uint8Array) => void)[] = [];
  let cut: (error: Error) => void = () => undefined;
  let isAway = false;
  async function* body(signal: AbortSignal): AsyncGenerator<Uint8Array> {
    const ended = new Promise<never>((_, reject) => {
      cut = reject;
      signal.addEventListener('abort', () => {
        waiting.length = 0;
        reject(signal.reason as Error);
      });
    });
    for (;;) yield await Promise.race([ended, new Promise<Uint8Array>((resolve) => void waiting.push(resolve))]);
  }
  const events = async (_query: object, _lastEventId: string | null, signal: AbortSignal) => {
    if (isAway) throw new ApiUnreachableError('http://api does not answer: connect ECONNREFUSED');
    return { body: body(signal) };
  };
  return {
    client: { events } as unknown as ApiClient,
    async send(event: ApiEvent): Promise<void> {
      await jest.advanceTimersByTimeAsync(0);
      waiting.shift()?.(new TextEncoder().encode(`id: 1\ndata: ${JSON.stringify(event)}\n\n`));
      await jest.advanceTimersByTimeAsync(0);
    },
    /** From now on the api is away. */
    cut(): void {
      isAway = true;
      waiting.length = 0;
      cut(new TypeError('terminated'));
    },
    comeBack: () => void (isAway = false),
  };
}

/** A script that watches: what it is told, line by line. `notes` are all that is said beside that, `news` those at once. */
export function watcherOf(client: ApiClient) {
  const [lines, notes, news]: [string[], string[], string[]] = [[], [], []];
  const { around, interrupt } = pipedSurroundings();
  const session: Session = {
    client,
    output: {
      isJson: true,
      line: (text) => void lines.push(text),
      document: () => {},
      event: () => {},
      note: (text) => void notes.push(text),
      news: (text) => [notes, news].forEach((kept) => kept.push(text)),
    },
    terminal: null,
    around,
    interrupted: around.interrupted,
    introduce: async () => ({ person: 'ada', roles: [] }),
  };
  return { session, lines, notes, news, interrupt };
}

export const snapshotOf = (deployments: Deployment[]): ApiEvent => ({
  type: 'snapshot',
  sequence: 1,
  at: new Date().toISOString(),
  deployments,
  lanes: [],
  hosts: [],
});
