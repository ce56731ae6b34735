import { couldNotLook } from '../durable-files.ts';
import type { ShownIdentity } from '../gateway/gateway-connection.ts';
import type { HostKey, IdentityFiles, IdentityRole } from './identity-files.ts';

/** Which of this host's keys is used, and what is to be done about it. */
export interface Choice {
  current(): HostKey | null;
  /** Why its files could not be read: there may be one, of which nothing is known. Null when they were. */
  unread(): Error | null;
  /** Tries it again. False when they were read, or another has taken their place. @throws as long as they can't be */
  readAgain(): Promise<boolean>;
  /** What to show; waits for the first. */
  identity(signal: AbortSignal): Promise<ShownIdentity>;
  isCurrent(shown: ShownIdentity): boolean;
  answered(shown: ShownIdentity, problem: string | null): void;
  /** As `answered`, for a key that was proven and refused. */
  refusedKey(key: HostKey, problem: string): void;
  wish(): 'none' | 'renew' | 'enroll';
  /** Whether a token that wasn't tried is wanted: there is no certificate, or the region keeps its key out, whatever it has said since. */
  needsToken(): boolean;
  /** Uses this one from now on. */
  take(role: 'host' | 'next', key: HostKey): void;
  /** Writes down that the key in use has worked; the one before it is kept as the former one. */
  settle(): Promise<void>;
}

interface Candidate {
  readonly role: Exclude<IdentityRole, 'enrolling'>;
  readonly held: HostKey;
  readonly shown: ShownIdentity;
}

/**
 * The newest key first; when the region doesn't know it, the one before: a kill may have come between two files, and a
 * region's database may have been restored. Never one that is older than what could not be read: a key that the region has
 * seen another one after, it takes for a copied disk. @param ring wakes who carries out the wish
 */
export async function openChoice(files: IdentityFiles, signal: AbortSignal, ring: () => void): Promise<Choice> {
  let candidates: Candidate[] = [];
  let unread: Error | null = null;
  let wish: ReturnType<Choice['wish']> = 'enroll';
  let isKeptOut = true;
  let worked: Candidate | null = null;
  const first = Promise.withResolvers<void>();
  const uses = (found: Candidate[]): void => {
    [candidates, unread] = [found, null];
    if (found.length === 0) return;
    [wish, isKeptOut] = ['none', false];
    first.resolve();
  };
  await readCandidates(files).then(uses, (error: unknown) => {
    if (!couldNotLook(error)) throw error;
    unread = error as Error;
  });

  const told = (candidate: Candidate | undefined, problem: string | null): void => {
    if (candidate === undefined || candidate !== candidates[0]) return;
    if (problem === null) {
      [wish, isKeptOut] = ['none', false];
      if (candidate.role === 'host') return;
      worked = candidate;
    } else if (problem === 'certificate-ended') wish = 'renew';
    else if (problem === 'not-enrolled' && candidates.length > 1) candidates = candidates.slice(1);
    else if (keptOut.has(problem)) [wish, isKeptOut] = ['enroll', true];
    else return;
    ring();
  };
  return {
    current: () => candidates[0]?.held ?? null,
    unread: () => unread,
    async readAgain() {
      const reason = unread;
      if (reason === null) return false;
      const found = await readCandidates(files);
      if (unread !== reason) return false;
      uses(found);
      return true;
    },
    async identity(asked) {
      const ended = Promise.withResolvers<never>();
      const end = (): void => ended.reject(asked.reason as Error);
      asked.addEventListener('abort', end, { once: true });
      try {
        asked.throwIfAborted();
        signal.throwIfAborted();
        await Promise.race([first.promise, ended.promise]);
        return candidates[0]!.shown;
      } finally {
        asked.removeEventListener('abort', end);
      }
    },
    isCurrent: (shown) => candidates[0]?.shown === shown,
    answered: (shown, problem) =>
      told(
        candidates.find((each) => each.shown === shown),
        problem,
      ),
    refusedKey: (key, problem) =>
      told(
        candidates.find((each) => each.held === key),
        problem,
      ),
    wish: () => wish,
    needsToken: () => isKeptOut,
    take(role, key) {
      uses([candidate(role, key), ...(role === 'next' ? candidates : [])]);
    },
    async settle() {
      if (worked === null) return;
      const { role, held } = worked;
      const before = candidates.find((each) => each.role === 'host');
      if (role === 'next' && before !== undefined) await files.write('former', before.held);
      await files.write('host', held);
      await files.remove('next');
      // The same key under another name: its connections go on.
      const others = before === undefined || role === 'former' ? [] : [{ ...before, role: 'former' as const }];
      candidates = [{ ...worked, role: 'host' as const }, ...others];
      worked = null;
    },
  };
}

/** Problems by which a gateway says that it is this host that it doesn't let in. */
export const keptOut: ReadonlySet<string> = new Set(['not-enrolled', 'host-revoked', 'host-quarantined']);

/** Those before the first that could not be read. @throws where that is the newest */
export async function readCandidates(files: IdentityFiles): Promise<Candidate[]> {
  const found: Candidate[] = [];
  try {
    for (const role of ['next', 'host', 'former'] as const) {
      const held = await files.read(role);
      if (held !== null && held.certificate !== null) found.push(candidate(role, held));
    }
  } catch (error) {
    if (!couldNotLook(error) || found.length === 0) throw error;
  }
  return found;
}

const candidate = (role: Candidate['role'], held: HostKey): Candidate => ({
  role,
  held,
  shown: { key: held.key.export({ type: 'pkcs8', format: 'pem' }) as string, certificate: held.certificate! },
});
