import type { SignedIn } from '../../../protocol/api/people.ts';
import type { SessionRequest } from '../../../protocol/api/session.ts';

/** Browsers that are signed in, each as whoever holds a token: when that is revoked the session has ended. */
export interface BrowserSessions {
  /** A code that signs a browser in once, as whoever holds this token; `null` when it opens nothing. */
  createCode(token: string): Promise<{ readonly code: string; readonly expiresAt: Date } | null>;
  /** `secret` is for the cookie and kept nowhere; `null` when the code or token opens nothing (any more). */
  open(request: SessionRequest): Promise<OpenedSession | null>;
  close(secret: string): Promise<void>;
}

export interface OpenedSession {
  readonly secret: string;
  readonly person: SignedIn;
  readonly lastsMs: number;
}
