import type { ChangeBell } from '../../../api/control/events/change-bell.ts';
import { isName, regionName } from '../../../domain/names.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { listenForNotifications } from '../notifications.ts';
import { summaryChannel } from './api-summaries.ts';
import { auditChannel } from './audit-log.ts';

/** A connection that is cut without a word rings no more, so it is asked at least this often. */
const tickMs = 5_000;

/** @see ChangeBell */
export const createChangeBell = (url: string, log: Logger): ChangeBell => ({
  listen(ring) {
    let heard = true;
    const connection = listenForNotifications({
      url,
      channels: [auditChannel, summaryChannel],
      onNotification({ channel, payload }) {
        ring(channel === summaryChannel && isName(payload) ? regionName(payload) : null);
      },
      onConnected() {
        if (!heard) log.info('the database tells of changes again');
        heard = true;
        ring(null);
      },
      onError(error) {
        if (heard) log.warn({ error: error.message }, 'the database tells of no changes; connecting again');
        heard = false;
      },
    });
    const tick = setInterval(() => ring(null), tickMs);
    return {
      async close() {
        clearInterval(tick);
        await connection.close();
      },
    };
  },
});
