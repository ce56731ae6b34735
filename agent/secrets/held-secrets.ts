import type { HeldSecrets } from '../../domain/secret/usable-secrets.ts';
import { askKeeper } from '../keeper/keeper-connection.ts';

const answerTimeoutMs = 3_000;

/** What the keeper in this folder remembers; nothing when none answers, or it is one of before. */
export async function heldSecrets(keeper: string): Promise<readonly HeldSecrets[]> {
  const answer = await askKeeper(keeper, { do: 'secrets' }, answerTimeoutMs).catch(() => null);
  return answer?.ok === true ? (answer.secrets ?? []) : [];
}

/** Best effort: what isn't held is asked for at the next start. */
export async function holdSecrets(keeper: string, secrets: readonly HeldSecrets[]): Promise<void> {
  if (secrets.length > 0) await askKeeper(keeper, { do: 'hold', secrets }, answerTimeoutMs).catch(() => null);
}
