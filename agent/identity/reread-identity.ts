import { nowAndThen, untilRead } from '../read-again.ts';
import type { Choice } from './choose-identity.ts';
import type { IdentityOptions } from './keep-identity.ts';
import { tidyIdentity } from './tidy-identity.ts';

/**
 * What a host lacks is mostly over by then; a disk that is ill may never give its files back. The token that lies on the host is
 * mostly the one that they were had for: a region that is shown it again takes it for stolen.
 */
const unreadForMs = 30_000;

export interface Reread {
  /** Until a token may be shown; 0: now. */
  tokenInMs(): number;
  readonly done: Promise<void>;
}

/**
 * Reads again what could not be read at the start, beside whatever else is tried: a gateway that doesn't answer holds nothing up.
 * @param onRead called once it is known what there is, now or later; never where a token has made that needless
 */
export function rereadIdentity(options: IdentityOptions, choice: Choice, onRead: () => void): Reread {
  const tokenAt = performance.now() + (options.unreadForMs ?? unreadForMs);
  const reason = choice.unread();
  if (reason === null) onRead();
  return {
    tokenInMs: () => (choice.unread() === null ? 0 : Math.max(0, tokenAt - performance.now())),
    done: reason === null ? Promise.resolve() : reread(options, choice, onRead),
  };
}

async function reread({ files, log, signal }: IdentityOptions, choice: Choice, onRead: () => void): Promise<void> {
  const tell = nowAndThen((reason) => log.error('the identity could not be read, and is tried again', { reason }));
  tell(choice.unread()!.message);
  const again = async (): Promise<boolean> => {
    // Before keys are chosen, as at a start.
    await tidyIdentity(files).catch(() => undefined);
    return choice.readAgain();
  };
  const isRead = await untilRead(again, { isUnread: () => true, tell, signal }).catch(() => false);
  if (!isRead) return;
  log.info('the identity was read', {});
  onRead();
}
