import type { ServiceName } from '../../../domain/names.ts';
import { listenForNotifications } from '../notifications.ts';
import { goalChannel } from './goal-store.ts';
import { reportChannel } from './store-reports.ts';

/** Who waits for news of a service in this process. One connection listens for all of them. */
export interface ServiceChanges {
  /** Also wakes after a lost connection, since anything may have changed meanwhile. Returns how to stop. */
  onChange(service: ServiceName, wake: () => void): () => void;
  /** Of any service; called with a name, or with null when anything may have changed. */
  onAny(wake: (service: ServiceName | null) => void): () => void;
  close(): Promise<void>;
}

export function listenForServiceChanges(options: {
  readonly url: string;
  readonly channels?: readonly string[];
  readonly onError?: (error: Error) => void;
}): ServiceChanges {
  const waiting = new Set<(service: ServiceName | null) => void>();
  const tell = (service: ServiceName | null): void => {
    for (const wake of waiting) wake(service);
  };
  const listener = listenForNotifications({
    url: options.url,
    channels: options.channels ?? [goalChannel, reportChannel],
    onNotification: ({ payload }) => tell(payload as ServiceName),
    onConnected: () => tell(null),
    ...(options.onError && { onError: options.onError }),
  });
  const onAny = (wake: (service: ServiceName | null) => void): (() => void) => {
    waiting.add(wake);
    return () => void waiting.delete(wake);
  };
  return {
    onAny,
    onChange: (service, wake) => onAny((changed) => (changed === null || changed === service ? wake() : undefined)),
    close: () => listener.close(),
  };
}
