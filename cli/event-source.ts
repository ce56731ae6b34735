import { eventSchema, type ApiEvent } from '../protocol/api/events.ts';

export interface ReceivedEvent {
  /** Of this or of an earlier event: what to come back with after a cut. */
  readonly lastEventId: string | null;
  readonly event: ApiEvent;
}

export interface EventResponse {
  readonly body: AsyncIterable<Uint8Array> | null;
}

/**
 * The events of an open stream, as they arrive, until the stream ends. What this version doesn't know is passed over. The
 * format is that of server-sent events (html.spec.whatwg.org, "Interpreting an event stream"), of which Slipway sends
 * `id` and one `data` for each event; `event` repeats the type that stands in the data.
 *
 * Takes the response, not its body: once nobody holds a response, fetch ends a body that nobody has begun to read.
 */
export async function* receiveEvents(response: EventResponse): AsyncGenerator<ReceivedEvent> {
  let lastEventId: string | null = null;
  let data = '';
  for await (const line of linesOf(response.body ?? [])) {
    if (line.startsWith('id:')) lastEventId = line.slice(3).trim();
    else if (line.startsWith('data:')) data += line.slice(5);
    else if (line === '' && data !== '') {
      const event = parseEvent(data);
      data = '';
      if (event !== null) yield { lastEventId, event };
    }
  }
}

async function* linesOf(body: NonNullable<EventResponse['body']> | readonly Uint8Array[]): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield line.replace(/\r$/, '');
  }
}

function parseEvent(data: string): ApiEvent | null {
  try {
    const parsed = eventSchema.safeParse(JSON.parse(data));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
