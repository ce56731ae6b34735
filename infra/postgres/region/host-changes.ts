import type { HostId } from '../../../domain/names.ts';
import { listenForNotifications, type NotificationListener } from '../notifications.ts';
import { hostChannel } from './host-records.ts';
import { identityChannel } from './identity-channel.ts';

/** Hosts that are others than they were: which of them, and whether that is told at all. */
export const listenForHostChanges = (options: {
  readonly url: string;
  /** Anything of it that decides who it is, or which goals concern it. */
  readonly onChange: (host: HostId) => void;
  /** The host itself must hear of it: its labels, or maintenance. */
  readonly onCall: (host: HostId) => void;
  /** False from when the connection is lost until there is another; what changed in between is not told. */
  readonly onTold: (isTold: boolean) => void;
}): NotificationListener =>
  listenForNotifications({
    url: options.url,
    channels: [hostChannel, identityChannel],
    onNotification: ({ channel, payload }) => {
      options.onChange(payload as HostId);
      if (channel === hostChannel) options.onCall(payload as HostId);
    },
    onConnected: () => options.onTold(true),
    onLost: () => options.onTold(false),
  });
