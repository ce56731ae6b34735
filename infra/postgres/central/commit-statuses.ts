import type { CommitStatuses } from '../../../activities/gates/commit-statuses.ts';
import type { Database } from '../connect.ts';
import { CommitStatusRow, Service } from './entities.ts';

/** What came by webhook. @see CommitStatuses */
export const createCommitStatuses = (database: Database): CommitStatuses => ({
  async list(repository, commit) {
    const rows = await database.em
      .fork()
      .find(CommitStatusRow, { repository: repository.toLowerCase(), commit }, { orderBy: { context: 'asc' } });
    return rows.map(({ context, state, url, reportedAt }) => ({
      context,
      state,
      url: url ?? null,
      at: reportedAt.toISOString(),
    }));
  },
  async findRepository(name) {
    const service = await database.em.fork().findOne(Service, { name }, { fields: ['repository'] });
    return service?.repository ?? null;
  },
});
