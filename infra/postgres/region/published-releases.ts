import { sql } from 'kysely';
import type { PublishedRelease, PublishedReleases } from '../../../api/gateway/releases/published-releases.ts';
import type { Database } from '../connect.ts';
import { GoalRecord } from './entities/goals.ts';

/** The index of replicas, as the gateway reads it. */
export const createPublishedReleases = (database: Database): PublishedReleases => ({
  async findRelease(release) {
    const { rows } = await sql<PublishedRelease>`
      select service, envelope from replica where release = ${release} and state = 'published'
    `.execute(database.em.fork().getKysely());
    return rows[0] ?? null;
  },
  async findServiceOf(release, blob) {
    const { rows } = await sql<Pick<PublishedRelease, 'service'>>`
      select service from replica join replica_chunk using (release)
      where release = ${release} and state = 'published' and digest = ${blob}`.execute(database.em.fork().getKysely());
    return rows[0]?.service ?? null;
  },
  async readPlacements(service) {
    const goal = await database.em.fork().findOne(GoalRecord, { service }, { fields: ['row'] });
    return goal === null ? [] : [goal.row.base, goal.row.next];
  },
});
