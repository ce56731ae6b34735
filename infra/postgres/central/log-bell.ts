import { setTimeout as sleep } from 'node:timers/promises';
import type { LogBell } from '../../../api/control/logs/log-readings.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { listenForNotifications } from '../notifications.ts';
import { logChannel } from './log-readings.ts';

/** @see LogBell */
export function createLogBell(url: string, log: Logger): LogBell {
  const waiting = new Map<string, Set<AbortController>>();
  const connection = listenForNotifications({
    url,
    channels: [logChannel],
    onNotification: ({ payload }) => ring(waiting.get(payload) ?? []),
    // What was told meanwhile is lost: all look for themselves.
    onConnected: () => [...waiting.values()].forEach(ring),
    onError: (error) => log.debug({ error: error.message }, 'the database tells of no readings; connecting again'),
  });
  return {
    expect(about) {
      const topic = 'region' in about ? `region ${about.region}` : `reading ${about.reading}`;
      const heard = new AbortController();
      const all = waiting.get(topic) ?? new Set();
      waiting.set(topic, all.add(heard));
      return {
        async within(ms, signal) {
          await sleep(ms, undefined, { signal: AbortSignal.any([heard.signal, signal]) }).catch(() => undefined);
        },
        forget() {
          all.delete(heard);
          if (all.size === 0 && waiting.get(topic) === all) waiting.delete(topic);
        },
      };
    },
    close: () => connection.close(),
  };
}

const ring = (waiting: Iterable<AbortController>): void => {
  for (const each of waiting) each.abort();
};
