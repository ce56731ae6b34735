import { Audit, Service } from '../../infra/postgres/central/entities.ts';
import type { Meddling } from './web-ui.ts';
import type { Track } from './track.ts';

/** The newest audit record: what is recorded from now on comes behind it. */
export async function auditPosition({ stack }: Track): Promise<number> {
  const [newest] = await stack.central.em.fork().find(Audit, {}, { orderBy: { sequence: 'desc' }, limit: 1 });
  return newest?.sequence ?? 0;
}

/** What people were told, on the service's pages and streams, of somebody's doing in Temporal. */
export interface Told {
  /** `checkout/87`, or `checkout`. */
  readonly object: string;
  readonly verb: string;
  readonly text: string;
}

export async function toldSince({ stack, service }: Track, position: number): Promise<readonly Told[]> {
  const where = { sequence: { $gt: position }, $or: [{ object: service }, { object: { $like: `${service}/%` } }] };
  const rows = await stack.central.em.fork().find(Audit, where, { orderBy: { sequence: 'asc' } });
  return rows
    .map(({ object, verb, detail }) => ({ object, verb, text: textOf(detail) }))
    .filter(({ text }) => text.includes('in Temporal'));
}

/** In the words that tell it. */
export const wordsOf = (meddling: Meddling): string => {
  if (meddling === 'cancel') return 'cancelled in Temporal';
  return meddling === 'terminate' ? 'terminated in Temporal' : 'reset in Temporal';
};

/** Why the lane is shut; `null` when it is open. */
export async function lockOf({ stack, service }: Track): Promise<string | null> {
  const { lock } = await stack.central.em.fork().findOneOrFail(Service, { name: service });
  return lock?.reason ?? null;
}

const textOf = ({ message, reason }: Readonly<Record<string, unknown>>): string =>
  [message, reason].find((text) => typeof text === 'string') ?? '';
