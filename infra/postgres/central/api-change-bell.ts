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
  listen(hear) {
    let isConnected = true;
    const connection = listenForNotifications({
      url,
      channels: [auditChannel, summaryChannel],
      onNotification({ channel, payload }) {
        const isRegion = channel === summaryChannel && isName(payload);
        hear(isRegion ? { for: 'region', region: regionName(payload) } : { for: 'audit' });
      },
      onConnected() {
        if (!isConnected) log.info('the database tells of changes again');
        isConnected = true;
        hear({ for: 'anything' });
      },
      onError(error) {
        if (isConnected) log.warn({ error: error.message }, 'the database tells of no changes; connecting again');
        isConnected = false;
      },
    });
    const tick = setInterval(() => hear({ for: 'audit' }), tickMs);
    return {
      async close() {
        clearInterval(tick);
        await connection.close();
      },
    };
  },
});
