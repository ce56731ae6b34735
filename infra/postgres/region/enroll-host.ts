import { sql } from 'kysely';
import type { Selector } from '../../../domain/goal/goal.ts';
import type { HostId } from '../../../domain/names.ts';
import { selectorField } from '../../../protocol/fields.ts';
import type { Database } from '../connect.ts';
import { createHostToken, hashToken } from './host-tokens.ts';

/**
 * Lets a host of this region in, and answers its token, which is stored nowhere. Enrolling a host again replaces its
 * labels and its token: the old one is refused from then on.
 * @throws ZodError for more than 16 labels, or one longer than 63 characters
 */
export async function enrollHost(database: Database, host: HostId, labels: Selector): Promise<string> {
  const token = createHostToken();
  await sql`
    insert into host (id, labels, token_hash) values (${host}, ${JSON.stringify(selectorField.parse(labels))}::jsonb,
      ${hashToken(token)})
    on conflict (id) do update set labels = excluded.labels, token_hash = excluded.token_hash
  `.execute(database.em.fork().getKysely());
  return token;
}
