import { sql } from 'kysely';
import type { PublishedReleases } from '../../../api/gateway/releases/published-releases.ts';
import type { Envelope } from '../../../protocol/dsse.ts';
import type { Database } from '../connect.ts';

/** The index of replicas, as the gateway reads it. */
export const createPublishedReleases = (database: Database): PublishedReleases => ({
  async findRelease(release) {
    const { rows } = await sql<{ envelope: Envelope }>`
      select envelope from replica where release = ${release} and state = 'published'
    `.execute(database.em.fork().getKysely());
    return rows[0]?.envelope ?? null;
  },
  async isPart(release, blob) {
    const { rows } = await sql`
      select 1 from replica join replica_chunk using (release)
      where release = ${release} and state = 'published' and digest = ${blob}`.execute(database.em.fork().getKysely());
    return rows.length === 1;
  },
});
