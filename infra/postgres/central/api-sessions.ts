import { randomBytes } from 'node:crypto';
import type { BrowserSessions, OpenedSession } from '../../../api/control/people/browser-sessions.ts';
import type { SessionRequest } from '../../../protocol/api/session.ts';
import type { Database, EntityManager } from '../connect.ts';
import { ApiToken, SignInCode, WebSession } from './entities.ts';
import { tokenHash } from './token.ts';

const codeLastsMs = 10 * 60_000;
const sessionLastsMs = 8 * 60 * 60_000;

/** @see BrowserSessions */
export const createBrowserSessions = (database: Database, now: () => Date): BrowserSessions => ({
  async createCode(token) {
    const em = database.em.fork();
    const holder = tokenHash(token);
    if ((await em.count(ApiToken, { hash: holder, revokedAt: null })) === 0) return null;
    await em.nativeDelete(SignInCode, { expiresAt: { $lte: now() } });
    const code = newSecret();
    const expiresAt = new Date(now().getTime() + codeLastsMs);
    await em.insert(SignInCode, { hash: tokenHash(code), tokenHash: holder, expiresAt });
    return { code, expiresAt };
  },

  open: (request) =>
    database.em.fork().transactional(async (em): Promise<OpenedSession | null> => {
      await em.nativeDelete(WebSession, { expiresAt: { $lte: now() } });
      const hash = await holderOf(em, request, now());
      const token = hash === null ? null : await em.findOne(ApiToken, { hash, revokedAt: null });
      if (token === null) return null;
      const secret = newSecret();
      const expiresAt = new Date(now().getTime() + sessionLastsMs);
      await em.insert(WebSession, { hash: tokenHash(secret), tokenHash: token.hash, expiresAt });
      return { secret, person: { person: token.person, roles: [...token.roles] }, lastsMs: sessionLastsMs };
    }),

  async close(secret) {
    await database.em.fork().nativeDelete(WebSession, { hash: tokenHash(secret) });
  },
});

/** Hash of the token that a request stands for. Of two that bring the same code one gets it. */
async function holderOf(em: EntityManager, request: SessionRequest, now: Date): Promise<string | null> {
  if ('token' in request) return tokenHash(request.token);
  const [used] = await em.execute<{ token_hash: string }[]>(
    'delete from sign_in_code where hash = ? and expires_at > ? returning token_hash',
    [tokenHash(request.code), now],
  );
  return used?.token_hash ?? null;
}

const newSecret = (): string => randomBytes(32).toString('base64url');
